// Registers the worker that keeps the shell at hand. Browsers have it over https and on this machine only.
addEventListener("load", () => {
  navigator.serviceWorker?.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => {});
});
