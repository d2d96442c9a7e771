// Turns every reason to look again into one event, `nudge`, that the page's partials listen for.
// The socket only says that something happened; what happened is always fetched.
(() => {
  let newest = 0;
  let patience;

  const line = (word) => document.dispatchEvent(new CustomEvent("meja:line", { detail: word }));
  const look = () => document.body.dispatchEvent(new CustomEvent("nudge"));
  const known = () => Math.max(newest, ...[...document.querySelectorAll("[data-event]")].map((part) => Number(part.dataset.event)));

  document.addEventListener("htmx:ws:after:message:incoming", async (event) => {
    const message = await event.detail.message.json();
    // A heartbeat repeats the newest number: it matters only to a page that is older.
    if (message.beat && message.event <= known()) return;
    newest = Math.max(newest, message.event);
    look();
  });

  document.addEventListener("htmx:ws:after:connection", () => {
    clearTimeout(patience);
    patience = undefined;
    line("back");
    look(); // Nudges missed in between are not repeated.
  });

  document.addEventListener("htmx:ws:close", () => {
    if (document.hidden) return;
    patience ??= setTimeout(line, 3000, "gone");
  });

  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  addEventListener("online", look);
  document.addEventListener("meja:back", look);
})();
