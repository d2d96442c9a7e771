// Of a board of hundreds, and of a kitchen's tickets, only what has changed since the print that stands here is sent; the
// rest are empty slips ([data-same]), for which those that stand here stay as they are. So does what this device alone knows
// ([data-own]).
(() => {
  const PRINTED = "#board, #tickets";
  const part = () => document.querySelector(PRINTED);
  const look = () => document.body.dispatchEvent(new CustomEvent("nudge"));
  let isBehind = false;

  htmx.registerExtension("same", {
    htmx_before_morph_node: (_, { newNode }) => !(newNode instanceof HTMLElement && ("same" in newNode.dataset || "own" in newNode.dataset)),
  });

  document.addEventListener("htmx:before:request", (event) => {
    const print = part()?.dataset.print;
    if (print) event.detail.ctx.request.headers["Meja-Print"] = print;
  });

  document.addEventListener("htmx:before:swap", (event) => {
    for (const task of event.detail.tasks) {
      const sent = task.fragment?.querySelector?.(PRINTED);
      if (!sent?.dataset.since || sent.dataset.since === part()?.dataset.print) continue;
      // Another answer was quicker. This one tells what changed since a print that does not stand here any more.
      sent.dataset.same = "";
      isBehind ||= Number(sent.dataset.event) > Number(part()?.dataset.event);
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    if (isBehind) look();
    isBehind = false;
    if (!part()?.querySelector("[data-same]")) return;
    delete part().dataset.print; // An empty slip stands where there was none: the whole is asked for.
    look();
  });
})();
