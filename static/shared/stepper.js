// Brings the − and + of a stepper to life. Without it the number can be typed.
(() => {
  const wake = (root) => {
    for (const button of root.querySelectorAll("[data-stepper] button[hidden]")) button.hidden = false;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const input = button.parentElement.querySelector("input");
    const wanted = Number(input.value) + Number(button.dataset.step);
    input.value = Math.min(Number(input.max), Math.max(Number(input.min), wanted || Number(input.min)));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.addEventListener("meja:shown", (event) => wake(event.target));
  wake(document);
})();
