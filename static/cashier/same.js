// Of a board of hundreds, and of a kitchen's tickets, only what has changed since the print that stands here is sent; the
// rest are empty slips ([data-same]), for which those that stand here stay as they are. So does what this device alone knows
// ([data-own]).
(() => {
  const PRINTED = "#board, #tickets";
  const part = () => document.querySelector(PRINTED);
  const look = () => document.body.dispatchEvent(new CustomEvent("nudge"));
  let isBehind = false;
  let morph;
  let laid = [];

  const lists = (root) => [...root.querySelectorAll("[data-slips]")];
  const put = (list, slip, place) => { if (list.moveBefore && slip.isConnected) list.moveBefore(slip, place); else list.insertBefore(slip, place); };
  const alone = (slip) => { const all = document.createDocumentFragment(); all.append(slip); return all; };

  // Lays the slips of a list as they were sent, and touches none that looks the same.
  const lay = (list, sent) => {
    const all = sent.getRootNode();
    const wanted = new Set(Array.from(sent.children, (slip) => slip.id));
    // A slip that goes to another list stays until that one takes it, and keeps the focus.
    for (const slip of [...list.children]) if (!wanted.has(slip.id) && !all.getElementById(slip.id)) slip.remove();
    let place = list.firstElementChild;
    for (const slip of [...sent.children]) {
      while (place && !wanted.has(place.id)) place = place.nextElementSibling;
      const there = document.getElementById(slip.id);
      if (there && there === place) place = place.nextElementSibling;
      else put(list, there ?? slip, place);
      if (there && "same" in slip.dataset) continue;
      if (there) morph(there, alone(slip), false);
      laid.push(there ?? slip);
    }
  };

  // hx-swap="slips": as outerMorph, but htmx need not go through hundreds of slips to find what is new in them.
  const swap = (target, sent) => {
    const known = new Set(lists(target));
    laid = [];
    morph(target, sent, false);
    // What it says to htmx is otherwise than before: htmx has let go of it, and of everything in it.
    if (!("htmxPowered" in target.dataset)) return [target];
    const isNew = (list) => !known.has(list);
    return [...[...target.children].filter((part) => !known.has(part) && !lists(part).length), ...lists(target).filter(isNew), ...laid];
  };

  htmx.registerExtension("same", {
    init: (api) => { morph = api.morph; },
    handle_swap: (style, target, sent) => style === "slips" && swap(target, sent),
    htmx_before_morph_node: (_, { oldNode, newNode }) => {
      if (!(newNode instanceof HTMLElement)) return true;
      if ("same" in newNode.dataset || "own" in newNode.dataset) return false;
      if (!("slips" in newNode.dataset && "slips" in oldNode.dataset)) return true;
      lay(oldNode, newNode);
      return false;
    },
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
