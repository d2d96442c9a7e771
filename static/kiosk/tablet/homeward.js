// When an order is done with, the tablet belongs to the next guest: a bar runs out, then the first screen. A touch renews it.
(() => {
  let seen;
  let ends;

  const begin = (bar) => {
    seen = bar;
    ends = performance.now() + Number(bar.dataset.homeAfter) * 1000;
    for (const motion of bar.getAnimations({ subtree: true })) motion.currentTime = 0;
  };

  const tick = () => {
    const bar = document.querySelector("[data-home-after]");
    if (!bar) { seen = undefined; return; }
    if (bar !== seen) begin(bar);
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const says = bar.querySelector("[data-says]");
    says.textContent = says.dataset.says.replace("{}", left);
    if (left === 0) {
      ends = performance.now() + 5000; // Should the line be gone, another try follows.
      bar.requestSubmit();
    }
  };

  document.addEventListener("pointerdown", () => { if (seen?.isConnected) begin(seen); });
  setInterval(tick, 250);
})();
