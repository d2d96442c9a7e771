// The hidden corner: held for five seconds it leads to where staff type their PIN. Nothing else leads out of the kiosk.
(() => {
  const HOLD = 5000;
  let waiting;

  const let_go = () => clearTimeout(waiting);
  document.addEventListener("pointerdown", (event) => {
    const corner = event.target.closest("[data-hold]");
    let_go();
    if (corner) waiting = setTimeout(() => location.assign(corner.dataset.hold), HOLD);
  });
  for (const end of ["pointerup", "pointercancel", "dragstart"]) document.addEventListener(end, let_go);
  // A long touch would otherwise open the browser's own menu.
  document.addEventListener("contextmenu", (event) => event.preventDefault());
})();
