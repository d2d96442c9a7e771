// Says a payment that has just come, where somebody has asked for it on this very screen: "QRIS, 57750 rupiah, Meja 7".
// What it says stands in the card; sound.js tells when it came, and when somebody has seen it.
(() => {
  const button = document.getElementById("voice");
  if (!button || !("speechSynthesis" in window)) return;
  let isOn = localStorage.getItem("meja.voice") === "yes";

  const show = () => {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isOn));
  };

  const say = (text) => {
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = document.documentElement.lang === "id" ? "id-ID" : "en-GB";
    speechSynthesis.speak(speech);
  };

  document.addEventListener("meja:paid", (event) => {
    if (!isOn || localStorage.getItem("meja.muted") === "yes") return;
    for (const card of event.detail) if (card.dataset.say) say(card.dataset.say);
  });
  document.addEventListener("meja:seen", () => speechSynthesis.cancel());
  button.addEventListener("click", () => {
    isOn = !isOn;
    localStorage.setItem("meja.voice", isOn ? "yes" : "no");
    if (isOn) say(button.dataset.say); else speechSynthesis.cancel();
    show();
  });
  show();
})();
