// Keeps numbers that are being typed while news comes in. Without it one that was not sent yet may be written over.
(() => {
  const fields = () => [...document.querySelectorAll("#stock [name=portions]")];
  let typed = new Map();

  document.addEventListener("htmx:before:swap", () => {
    typed = new Map(fields().filter((field) => field.value !== field.defaultValue).map((field) => [field.form.action, field.value]));
  });

  document.addEventListener("htmx:after:swap", () => {
    for (const field of fields()) field.value = typed.get(field.form.action) ?? field.value;
    typed.clear();
  });
})();
