// Adds notes and coins up while they are counted. Without it the server adds them up.
(() => {
  const form = document.querySelector("form[data-count]");
  const sum = form?.elements.namedItem("counted");
  if (!sum) return;
  const dots = (amount) => String(amount).replace(/\B(?=(\d{3})+$)/g, ".");

  form.addEventListener("input", (event) => {
    if (!event.target.dataset.worth) return;
    const counts = [...form.querySelectorAll("[data-worth]")];
    const total = counts.reduce((so_far, input) => so_far + Number(input.dataset.worth) * Number(input.value.replace(/\D/g, "")), 0);
    sum.value = counts.some((input) => input.value) ? dots(total) : "";
  });
})();
