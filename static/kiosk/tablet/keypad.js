// Types into a field for people who have no keyboard. What was typed is also said in the field's output, if it has one.
(() => {
  const fill = (input, value) => {
    input.value = value.slice(0, input.maxLength);
    const shown = document.getElementById(`${input.id}-shown`);
    if (shown) shown.value = input.value;
  };

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-keypad] button");
    if (!key) return;
    const input = document.getElementById(key.parentElement.dataset.keypad);
    if (key.value === "clear") fill(input, "");
    else if (key.value === "back") fill(input, input.value.slice(0, -1));
    else fill(input, input.value + key.value);
  });

  // The tablet's own keyboard would cover half of the screen.
  document.addEventListener("focusin", (event) => {
    if (document.querySelector(`[data-keypad="${event.target.id || "none"}"]`)) event.target.inputMode = "none";
  });
})();
