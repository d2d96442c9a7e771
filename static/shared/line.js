// Says when the line is gone, and takes the word back when an answer came through again.
// Whoever misses an answer tells by the event `meja:line`; `meja:back` is the time to catch up.
(() => {
  const banner = document.getElementById("connection");
  let wait = 0;

  const listen = async () => {
    const there = await fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (there) say("back");
    else if (wait) setTimeout(listen, wait = Math.min(wait * 1.5, 10000));
  };

  const say = (word) => {
    const was_gone = wait > 0;
    if ((word === "gone") === was_gone) return;
    wait = was_gone ? 0 : 2000;
    banner.hidden = was_gone;
    if (was_gone) document.dispatchEvent(new CustomEvent("meja:back"));
    else setTimeout(listen, wait);
  };

  document.addEventListener("meja:line", (event) => say(event.detail));
  document.addEventListener("htmx:after:request", () => say("back"));
  document.addEventListener("htmx:error", (event) => { if (event.detail.ctx) say("gone"); });
  addEventListener("offline", () => say("gone"));
  addEventListener("online", listen);
  if (!navigator.onLine) say("gone");
})();
