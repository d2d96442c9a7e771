// Turns every reason to look again into one event, `nudge`, that the page's partials listen for.
// The socket only says that something happened; what happened is always fetched.
(() => {
  const banner = document.getElementById("connection");
  const look = () => document.body.dispatchEvent(new CustomEvent("nudge"));
  let patience;

  document.addEventListener("htmx:ws:after:message:incoming", (event) => {
    // A heartbeat repeats the newest number: look only when it has moved on.
    event.detail.message.json().then((message) => {
      const seen = document.body.dataset.event;
      document.body.dataset.event = message.event;
      if (String(message.event) !== seen) look();
    });
  });

  document.addEventListener("htmx:ws:after:connection", () => {
    clearTimeout(patience);
    patience = undefined;
    if (banner) banner.hidden = true;
    look(); // Nudges missed in between are not repeated.
  });

  document.addEventListener("htmx:ws:close", () => {
    if (document.hidden) return;
    patience ??= setTimeout(() => { if (banner) banner.hidden = false; }, 3000);
  });

  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  addEventListener("online", look);
})();
