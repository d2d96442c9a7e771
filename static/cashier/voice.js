// Says each payment that comes, where somebody wants to hear it: off until it is switched on, for this device alone.
// The sentence is written by the server, in the outlet's language ([data-says]); sound.js tells when one came.
(() => {
  const KEY = "meja.voice";
  if (!("speechSynthesis" in window)) return;
  const button = () => document.getElementById("voice");
  const is = (key) => localStorage.getItem(key) === "yes";

  const show = () => {
    const found = button();
    if (!found) return;
    found.hidden = false;
    found.setAttribute("aria-pressed", is(KEY));
    const words = found.querySelector("span");
    const said = found.dataset[is(KEY) ? "on" : "off"];
    if (words.textContent !== said) words.textContent = said; // Text that is put in is laid out, even the same.
  };

  const say = (sentence, language) => {
    const words = new SpeechSynthesisUtterance(sentence);
    words.lang = language;
    words.voice = speechSynthesis.getVoices().find((voice) => voice.lang.replace("_", "-").startsWith(language)) ?? null;
    speechSynthesis.speak(words); // They wait for each other.
  };

  document.addEventListener("click", (event) => {
    if (!button()?.contains(event.target)) return;
    localStorage.setItem(KEY, is(KEY) ? "no" : "yes");
    show();
    if (is(KEY)) say(button().textContent.trim(), document.documentElement.lang); else speechSynthesis.cancel();
  });

  document.addEventListener("meja:paid", (event) => {
    if (!is(KEY) || is("meja.muted")) return;
    const language = document.getElementById("board").dataset.language;
    for (const card of event.detail) if (card.dataset.says) say(card.dataset.says, language);
  });

  document.addEventListener("htmx:after:swap", show);
  show();
})();
