// Sounds for every new paid order, again every eight seconds, until somebody touches the screen or a key.
// What is not wanted any more ([data-sound="stop"]) and trouble ([data-sound="trouble"]) have tones of their own, low.
// A payment that has come by itself ([data-paid]) sounds once, when it appears; so does a number on the wall ([data-chime]).
// What rings is read from the cards themselves ([data-sound]), so a lost or doubled message changes nothing.
(() => {
  const AGAIN = 8000;
  const BEAT = 800;
  const tone_of = (sound) => document.getElementById(sound ? `tone-${sound}` : "tone");
  const LOUDEST_FIRST = ["stop", "trouble", ""].filter(tone_of);
  const button = document.getElementById("sound");
  const words = button.querySelector("span");
  const symbol = button.querySelector("use");
  const place = `meja.touched ${location.pathname}`; // What is touched on one screen still rings on another.
  const touched = new Set(JSON.parse(sessionStorage.getItem(place) ?? "[]"));
  const title = document.title;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let isMuted = localStorage.getItem("meja.muted") === "yes";
  let mayPlay = navigator.userActivation?.hasBeenActive ?? false;
  let timer;
  let pulse;
  let called;
  let paid;
  let due;
  let playing;

  const all = (what) => [...document.querySelectorAll(what)];
  // A card that was touched when it was new rings again when it is not wanted any more.
  const mark = (card) => `${card.id} ${card.dataset.sound}`;
  const rings = (card) => !touched.has(mark(card));
  const ringing = () => all("[data-sound]").filter(rings);

  const showButton = () => {
    const state = isMuted ? "off" : mayPlay ? "on" : "ask";
    button.hidden = false;
    button.dataset.state = state;
    words.textContent = button.dataset[state];
    symbol.setAttribute("href", symbol.getAttribute("href").replace(/#.*/, state === "on" ? "#volume-2" : "#volume-x"));
  };

  const hush = () => playing?.pause();

  const play = (sound) => {
    if (isMuted) return;
    hush();
    playing = tone_of(sound);
    playing.currentTime = 0;
    playing.play().then(() => { mayPlay = true; }, () => { mayPlay = false; }).finally(showButton);
  };

  // What rings lights up and goes dark by turns.
  const beat = (isRinging) => {
    if (isRinging === (pulse !== undefined)) return;
    clearInterval(pulse);
    document.body.removeAttribute("data-beat");
    pulse = isRinging ? setInterval(() => { if (!calm.matches) document.body.toggleAttribute("data-beat"); }, BEAT) : undefined;
  };

  const look = () => {
    const cards = [];
    for (const card of all("[data-sound]")) if (card.toggleAttribute("data-ringing", rings(card))) cards.push(card);
    const arrived = news();
    const loudest = LOUDEST_FIRST.find((sound) => cards.some((card) => card.dataset.sound === sound)) ?? "";
    document.title = cards.length ? `(${cards.length}) ${title}` : title;
    beat(cards.length > 0);
    if (!cards.length) {
      clearInterval(timer);
      timer = undefined;
    } else if (timer === undefined || loudest !== due || arrived.length) {
      clearInterval(timer);
      due = loudest;
      play(due === "" && arrived.length ? "paid" : due); // One tone for the whole batch.
      timer = setInterval(() => play(due), AGAIN);
    }
    if (arrived.length) document.dispatchEvent(new CustomEvent("meja:paid", { detail: arrived }));
  };

  // The payments that have come since the last look; what stood there when the page was opened is none.
  const news = () => {
    const cards = all("[data-paid]");
    const arrived = paid ? cards.filter((card) => !paid.has(card.id)) : [];
    paid = new Set([...(paid ?? []), ...cards.map((card) => card.id)]);
    return arrived;
  };

  const chime = () => {
    const numbers = all("[data-chime]").map((number) => number.id);
    if (called && numbers.some((id) => !called.has(id))) play("");
    called = new Set(numbers);
  };

  const touch = () => {
    if (!mayPlay) { mayPlay = true; showButton(); }
    const cards = ringing();
    if (!cards.length) return;
    for (const card of cards) touched.add(mark(card));
    sessionStorage.setItem(place, JSON.stringify([...touched]));
    hush();
    look();
  };

  // Trouble that has passed and comes again rings again. Each time a money case is opened has a number of its own.
  const forget = () => {
    for (const one of touched) if (!one.startsWith("cases-") && !document.getElementById(one.split(" ")[0])) touched.delete(one);
  };

  button.addEventListener("click", () => {
    if (button.dataset.state !== "ask") isMuted = !isMuted;
    localStorage.setItem("meja.muted", isMuted ? "yes" : "no");
    if (isMuted) hush(); else play("");
    showButton();
  });
  // The button decides about sound; a touch anywhere else says "seen".
  document.addEventListener("pointerup", (event) => { if (!button.contains(event.target)) touch(); });
  document.addEventListener("keydown", touch);
  document.addEventListener("htmx:after:swap", () => { forget(); look(); chime(); });
  showButton();
  look();
  chime();
})();
