// Notices by any answer that the program was brought up to date while this page stood open, and offers the page anew.
// A screen that nobody touches opens it by itself.
(() => {
  const bar = document.getElementById("newer");
  if (!bar) return; // This page answers a form: opened anew, it would send it again.

  document.addEventListener("htmx:after:request", (event) => {
    const version = event.detail.ctx.response?.headers.get("meja-version");
    if (!version || version === bar.dataset.version) return;
    if ("alone" in bar.dataset) return location.reload();
    document.body.prepend(bar);
    bar.hidden = false;
  });
})();
