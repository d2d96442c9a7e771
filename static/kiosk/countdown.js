// Counts down to the gateway's deadline. The server says how many seconds are left, so a phone's wrong clock
// does not matter; at zero the QR is covered and the server asked once more.
(() => {
  let ends;
  let seen;

  const tick = () => {
    const ring = document.getElementById("countdown");
    if (!ring) return;
    // Each answer of the server brings new seconds: begin from them.
    const said = `${ring.dataset.left} ${ring.dataset.whole}`;
    if (ring !== seen?.ring || said !== seen.said) {
      seen = { ring, said };
      ends = performance.now() + Number(ring.dataset.left) * 1000;
    }
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    ring.querySelector("[data-clock]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    ring.querySelector("circle + circle").setAttribute("stroke-dasharray", `${(left / ring.dataset.whole) * 100} 100`);
    ring.className = `countdown countdown--${left < 60 ? "red" : left < 180 ? "amber" : "calm"}`;
    if (left === 0 && !ring.hidden) {
      document.querySelector(".qr")?.classList.add("qr--over");
      ring.hidden = true;
      document.body.dispatchEvent(new CustomEvent("nudge"));
    }
  };

  setInterval(tick, 500);
  document.addEventListener("htmx:after:swap", tick);
  tick();
})();
