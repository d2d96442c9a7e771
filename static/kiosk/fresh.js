// Keeps an open menu true: what sells out turns grey here too, and the house opens and closes. A nudge,
// a return to the tab and, beneath both, a slow look of its own; an unchanged menu costs a 304.
(() => {
  const menu = document.getElementById("menu");
  // The kiosk's menu has no head of its own.
  const parts = ["house", "tabs", "menu"]
    .map((id) => document.getElementById(id))
    .filter((part) => part)
    .map((part) => ({ part, shown: part.innerHTML }));
  let pause = 500;

  // Whoever goes by keyboard, or has moved the best sellers along, stays where they were.
  const renew = (part, fresh) => {
    const held = part.contains(document.activeElement) ? document.activeElement : null;
    const place = held?.closest("section")?.id;
    const along = part.querySelector(".shelf")?.scrollLeft;
    part.replaceChildren(...fresh.childNodes);
    if (along) part.querySelector(".shelf")?.scrollTo({ left: along, behavior: "instant" });
    if (!held) return;
    const is_it = (other) => other.value === held.value && other.href === held.href && other.closest("section")?.id === place;
    [...part.querySelectorAll(held.localName)].find(is_it)?.focus({ preventScroll: true });
  };

  const look = async () => {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of parts) {
      const fresh = page.getElementById(one.part.id);
      if (!fresh || fresh.innerHTML === one.shown) continue;
      one.shown = fresh.innerHTML;
      renew(one.part, fresh);
      document.dispatchEvent(new CustomEvent("meja:fresh"));
    }
  };
  const line = (word) => document.dispatchEvent(new CustomEvent("meja:line", { detail: word }));
  const try_to_look = () => { if (!document.hidden) look().then(() => line("back"), () => line("gone")); };

  const connect = () => {
    if (document.hidden) return;
    const socket = new WebSocket(menu.dataset.live.replace(/^/, location.origin.replace("http", "ws")));
    socket.addEventListener("open", () => { pause = 500; try_to_look(); });
    socket.addEventListener("message", (event) => { if (!JSON.parse(event.data).beat) try_to_look(); });
    socket.addEventListener("close", (event) => {
      if (event.code !== 1008) setTimeout(connect, pause = Math.min(pause * 2, 10000));
    });
    document.addEventListener("visibilitychange", () => { if (document.hidden) socket.close(); }, { once: true });
  };

  document.addEventListener("visibilitychange", () => { if (!document.hidden) { try_to_look(); connect(); } });
  document.addEventListener("meja:back", try_to_look);
  setInterval(try_to_look, 30000);
  connect();
})();
