// A short buzz when an order is paid, and a longer one when it is ready. Browsers allow it after a touch only.
(() => {
  const patterns = { confirmed: [80], ready: [120, 80, 120, 80, 240] };
  const here = () => document.querySelector("[data-buzz]")?.dataset.buzz;
  let last = here() ?? "unpaid";

  document.addEventListener("htmx:after:swap", () => {
    const now = here();
    if (!now || now === last) return;
    last = now;
    if (patterns[now]) navigator.vibrate?.(patterns[now]);
  });
})();
