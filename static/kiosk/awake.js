// Keeps the screen on while there is something to show to somebody. Where a browser cannot, nothing is lost.
(() => {
  let lock;
  let turn = Promise.resolve();

  const settle = async () => {
    const wanted = document.querySelector("[data-keep-awake]") && !document.hidden;
    if (wanted && (!lock || lock.released)) lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    if (!wanted) await lock?.release();
  };
  // One after the other: two at once would take two locks and forget one of them.
  const hold = () => { turn = turn.then(settle); };

  document.addEventListener("visibilitychange", hold);
  document.addEventListener("htmx:after:swap", hold);
  hold();
})();
