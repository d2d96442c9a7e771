// Keeps the connection light: green while the socket speaks, amber while we ask every five seconds, red when nobody answers.
(() => {
  const SILENT_AFTER = 12000; // The socket says something at least every five seconds.
  const ASK_EVERY = 5000;
  const LOST_AFTER = 12000;
  const light = document.getElementById("light");
  const now = () => performance.now();
  let isOpen = false;
  let heardAt = now();
  let answeredAt = now();
  let askedAt = now();

  const shine = (state, seconds) => {
    light.dataset.state = state;
    const text = light.dataset[state].replace("{}", seconds);
    if (light.textContent !== text) light.textContent = text;
  };

  const look = () => {
    const isLive = isOpen && now() - heardAt < SILENT_AFTER;
    if (!isLive && now() - askedAt >= ASK_EVERY) {
      askedAt = now();
      document.body.dispatchEvent(new CustomEvent("nudge"));
    }
    const seconds = Math.round((now() - answeredAt) / 1000);
    for (const age of document.querySelectorAll("[data-age]")) age.textContent = age.dataset.age.replace("{}", seconds);
    if (isLive) shine("live", seconds);
    else shine(now() - answeredAt < LOST_AFTER ? "polling" : "lost", seconds);
  };

  document.addEventListener("htmx:ws:after:connection", () => { isOpen = true; heardAt = now(); look(); });
  document.addEventListener("htmx:ws:after:message:incoming", () => { heardAt = answeredAt = now(); });
  document.addEventListener("htmx:ws:close", () => { isOpen = false; look(); });
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response?.status < 500) answeredAt = now();
  });
  document.addEventListener("htmx:after:swap", look);
  setInterval(look, 1000);
})();
