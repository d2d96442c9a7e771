// Sounds for every new paid order, again every eight seconds, until somebody touches the screen or a key.
// What is not wanted any more ([data-sound="stop"]) has a tone of its own, low and falling; so has trouble with money, the
// gateway or a printer ([data-sound="trouble"]), low and double. A payment that has just come ([data-sound="paid"]) begins
// with two rising notes, and is told to voice.js.
// A number on the wall screen ([data-chime]) sounds once, when it appears.
// What rings is read from the cards themselves ([data-sound]), so a lost or doubled message changes nothing.
(() => {
  const AGAIN = 8000;
  const bell = document.getElementById("tone");
  const fall = document.getElementById("tone-stop");
  const low = document.getElementById("tone-trouble");
  const coins = document.getElementById("tone-paid");
  const button = document.getElementById("sound");
  const words = button.querySelector("span");
  const symbol = button.querySelector("use");
  const touched = new Set(JSON.parse(sessionStorage.getItem("meja.touched") ?? "[]"));
  const title = document.title;
  let isMuted = localStorage.getItem("meja.muted") === "yes";
  let mayPlay = navigator.userActivation?.hasBeenActive ?? false;
  let timer;
  let called;
  let heard;
  let tone = bell;

  // A card that was touched when it was new rings again when it is not wanted any more.
  const mark = (card) => `${card.id} ${card.dataset.sound}`;
  const ringing = () => [...document.querySelectorAll("[data-sound]")].filter((card) => !touched.has(mark(card)));

  const showButton = () => {
    const state = isMuted ? "off" : mayPlay ? "on" : "ask";
    button.hidden = false;
    button.dataset.state = state;
    words.textContent = button.dataset[state];
    symbol.setAttribute("href", symbol.getAttribute("href").replace(/#.*/, state === "on" ? "#volume-2" : "#volume-x"));
  };

  const play = (what = tone) => {
    if (isMuted) return;
    what.currentTime = 0;
    what.play().then(() => { mayPlay = true; }, () => { mayPlay = false; }).finally(showButton);
  };

  const look = () => {
    const cards = ringing();
    for (const card of document.querySelectorAll("[data-sound]")) card.toggleAttribute("data-ringing", cards.includes(card));
    document.title = cards.length ? `(${cards.length}) ${title}` : title;
    const has = (kind) => cards.some((card) => card.dataset.sound === kind);
    const due = fall && has("stop") ? fall : low && has("trouble") ? low : bell;
    const paid = coins && heard ? cards.filter((card) => card.dataset.sound === "paid" && !heard.has(card.id)) : [];
    heard = new Set([...document.querySelectorAll("[data-sound=paid]")].map((card) => card.id));
    if (paid.length) document.dispatchEvent(new CustomEvent("meja:paid", { detail: paid }));
    if (!cards.length) {
      clearInterval(timer);
      timer = undefined;
    } else if (timer === undefined || due !== tone || paid.length) {
      clearInterval(timer);
      tone = due;
      play(paid.length && due === bell ? coins : tone); // One tone for the whole batch.
      timer = setInterval(() => play(), AGAIN);
    }
  };

  const chime = () => {
    const numbers = [...document.querySelectorAll("[data-chime]")].map((number) => number.id);
    if (called && numbers.some((id) => !called.has(id))) play();
    called = new Set(numbers);
  };

  const hush = () => { for (const each of [bell, fall, low, coins]) each?.pause(); };

  const touch = () => {
    if (!mayPlay) { mayPlay = true; showButton(); }
    const cards = ringing();
    if (!cards.length) return;
    for (const card of cards) touched.add(mark(card));
    for (const one of touched) if (!document.getElementById(one.split(" ")[0])) touched.delete(one);
    sessionStorage.setItem("meja.touched", JSON.stringify([...touched]));
    hush();
    document.dispatchEvent(new CustomEvent("meja:seen"));
    look();
  };

  button.addEventListener("click", () => {
    if (button.dataset.state !== "ask") isMuted = !isMuted;
    localStorage.setItem("meja.muted", isMuted ? "yes" : "no");
    if (isMuted) hush(); else play();
    showButton();
  });
  // The button decides about sound; a touch anywhere else says "seen".
  document.addEventListener("pointerup", (event) => { if (!button.contains(event.target)) touch(); });
  document.addEventListener("keydown", touch);
  document.addEventListener("htmx:after:swap", () => { look(); chime(); });
  showButton();
  look();
  chime();
})();
