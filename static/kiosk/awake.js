// Keeps the screen on while there is something to show to somebody. Where a browser cannot, nothing is lost.
(() => {
  let lock;

  const hold = async () => {
    const wanted = document.querySelector("[data-keep-awake]") && !document.hidden;
    if (wanted && (!lock || lock.released)) lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    if (!wanted) await lock?.release();
  };

  document.addEventListener("visibilitychange", hold);
  document.addEventListener("htmx:after:swap", hold);
  hold();
})();
