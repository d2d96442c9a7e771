// Sounds for every new paid order, again every eight seconds, until somebody touches the screen.
// A number on the wall screen ([data-chime]) sounds once, when it appears.
// What rings is read from the cards themselves ([data-sound]), so a lost or doubled message changes nothing.
(() => {
  const AGAIN = 8000;
  const tone = document.getElementById("tone");
  const button = document.getElementById("sound");
  const words = button.querySelector("span");
  const symbol = button.querySelector("use");
  const touched = new Set(JSON.parse(sessionStorage.getItem("meja.touched") ?? "[]"));
  const title = document.title;
  let isMuted = localStorage.getItem("meja.muted") === "yes";
  let mayPlay = navigator.userActivation?.hasBeenActive ?? false;
  let timer;
  let called;

  const ringing = () => [...document.querySelectorAll("[data-sound]")].filter((card) => !touched.has(card.id));

  const showButton = () => {
    const state = isMuted ? "off" : mayPlay ? "on" : "ask";
    button.hidden = false;
    button.dataset.state = state;
    words.textContent = button.dataset[state];
    symbol.setAttribute("href", symbol.getAttribute("href").replace(/#.*/, state === "on" ? "#volume-2" : "#volume-x"));
  };

  const play = () => {
    if (isMuted) return;
    tone.currentTime = 0;
    tone.play().then(() => { mayPlay = true; }, () => { mayPlay = false; }).finally(showButton);
  };

  const look = () => {
    const cards = ringing();
    for (const card of document.querySelectorAll("[data-sound]")) card.toggleAttribute("data-ringing", cards.includes(card));
    document.title = cards.length ? `(${cards.length}) ${title}` : title;
    if (cards.length && timer === undefined) {
      play(); // One tone for the whole batch.
      timer = setInterval(play, AGAIN);
    } else if (!cards.length) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  const chime = () => {
    const numbers = [...document.querySelectorAll("[data-chime]")].map((number) => number.id);
    if (called && numbers.some((id) => !called.has(id))) play();
    called = new Set(numbers);
  };

  const touch = () => {
    if (!mayPlay) { mayPlay = true; showButton(); }
    const cards = ringing();
    if (!cards.length) return;
    for (const card of cards) touched.add(card.id);
    for (const id of touched) if (!document.getElementById(id)) touched.delete(id);
    sessionStorage.setItem("meja.touched", JSON.stringify([...touched]));
    tone.pause();
    look();
  };

  button.addEventListener("click", () => {
    if (button.dataset.state !== "ask") isMuted = !isMuted;
    localStorage.setItem("meja.muted", isMuted ? "yes" : "no");
    if (isMuted) tone.pause(); else play();
    showButton();
  });
  // The button decides about sound; a touch anywhere else says "seen".
  document.addEventListener("pointerup", (event) => { if (!button.contains(event.target)) touch(); });
  document.addEventListener("htmx:after:swap", () => { look(); chime(); });
  showButton();
  look();
  chime();
})();
