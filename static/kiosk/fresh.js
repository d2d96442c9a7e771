// Keeps an open menu true: what sells out turns grey here too. A nudge, a return to the tab and,
// beneath both, a slow look of its own; an unchanged menu costs a 304.
(() => {
  const menu = document.getElementById("menu");
  let shown = menu.innerHTML;
  let pause = 500;

  const look = async () => {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("menu");
    if (!fresh || fresh.innerHTML === shown) return;
    shown = fresh.innerHTML;
    menu.replaceChildren(...fresh.childNodes);
    document.dispatchEvent(new CustomEvent("meja:fresh"));
  };
  const try_to_look = () => { if (!document.hidden) look().catch(() => {}); };

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
  setInterval(try_to_look, 30000);
  connect();
})();
