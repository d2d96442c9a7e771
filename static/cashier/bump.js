// Keys of a bump bar, or of any keyboard. What is chosen is what has the focus: Enter and Space need nothing of ours.
(() => {
  const TWICE = 600; // A press that bounces, or a second tap on a button that has just become the next step.
  let place = -1;
  let last = { by: "", at: -TWICE, isUnderWay: false };

  const tickets = () => [...document.querySelectorAll(".ticket")];
  const here = () => tickets().findIndex((ticket) => ticket.contains(document.activeElement));
  const isFree = () => document.activeElement === document.body || document.activeElement?.id === "main";

  const choose = (number) => {
    const ticket = tickets()[Math.max(0, Math.min(number, tickets().length - 1))];
    if (!ticket) return;
    document.body.dataset.keys = "yes";
    ticket.querySelector(".ticket__bump").focus({ preventScroll: true });
    ticket.scrollIntoView({ block: "nearest" });
  };

  const pick = (number) => {
    last.by = ""; // Whoever picks a ticket means the press that follows.
    choose(number);
  };

  const go = (step) => {
    const ticket = tickets()[here()];
    if (!ticket) { choose(0); return; }
    const buttons = [...ticket.querySelectorAll("button")];
    buttons[buttons.indexOf(document.activeElement) + step]?.focus();
  };

  const press = {
    ArrowRight: () => pick(here() + 1),
    ArrowLeft: () => pick(here() < 0 ? 0 : here() - 1),
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isBump = event.key === "Enter" || event.key === " ";
    const link = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    // A key that is held down would bump the whole queue.
    if (isBump && event.repeat && here() >= 0) event.preventDefault();
    else if (isBump && isFree()) { event.preventDefault(); choose(0); }
    else if (link) link.click();
    else if (/^[1-9]$/.test(event.key)) { if (event.key <= tickets().length) pick(event.key - 1); }
    else if (press[event.key]) { event.preventDefault(); press[event.key](); }
  });

  document.addEventListener("click", (event) => {
    const ticket = event.target.closest(".ticket__bump")?.closest(".ticket");
    if (!ticket) return;
    const by = event.detail ? ticket.id : "keys";
    if (by === last.by && event.timeStamp - last.at < TWICE) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    last = { by, at: event.timeStamp, isUnderWay: true };
  }, true);

  document.addEventListener("focusin", () => { place = here(); });
  // The chosen ticket has left: the one in its place is chosen, as on the bump bars that cooks know.
  document.addEventListener("htmx:after:swap", () => {
    // Only now does the button mean the next step.
    if (last.isUnderWay) last = { ...last, at: performance.now(), isUnderWay: false };
    if (here() >= 0) place = here();
    else if (place >= 0 && isFree() && "keys" in document.body.dataset) choose(place);
  });
})();
