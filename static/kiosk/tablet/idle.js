// Nobody touches the tablet for a minute: it asks for fifteen seconds, then goes home. Rests while a QR can be paid.
(() => {
  const PATIENCE = 60;
  const LAST_CALL = 15;
  const RESTS = ["qr", "preparing_qr", "checking", "closing"];
  const still = document.getElementById("still");
  const says = still.querySelector("[data-says]");
  let touched = performance.now();
  let going = false;

  const touch = () => {
    touched = performance.now();
    if (still.open) still.close();
  };

  const go_home = () => {
    if (going) return;
    going = true;
    // The way home needs the line; should it be gone, another try follows.
    setTimeout(() => { going = false; }, 5000);
    document.getElementById("over").requestSubmit();
  };

  const tick = () => {
    if (RESTS.includes(document.getElementById("payment-status")?.dataset.stage)) touch();
    const left = Math.ceil(PATIENCE + LAST_CALL - (performance.now() - touched) / 1000);
    if (left > LAST_CALL) return;
    says.textContent = says.dataset.says.replace("{}", Math.max(0, left));
    if (!still.open) still.showModal();
    if (left <= 0) go_home();
  };

  for (const sign of ["pointerdown", "keydown", "wheel", "touchmove"]) document.addEventListener(sign, touch, { passive: true });
  // Back by the browser's own "back" after the round is over: the server knows that nobody is here.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  setInterval(tick, 500);
})();
