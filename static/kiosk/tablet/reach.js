// Brings everything to the lower part of the screen, for whoever cannot reach higher. Stays for one guest only.
(() => {
  const root = document.documentElement;
  const show = () => {
    root.toggleAttribute("data-low", sessionStorage.getItem("low") === "yes");
    for (const button of document.querySelectorAll("[data-reach-switch]")) {
      button.setAttribute("aria-pressed", String(root.hasAttribute("data-low")));
    }
  };

  // The first screen is nobody's: what the last guest chose is forgotten there, unless it is chosen there.
  if (root.hasAttribute("data-first")) sessionStorage.clear();
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reach-switch]")) return;
    sessionStorage.setItem("low", root.hasAttribute("data-low") ? "no" : "yes");
    show();
  });
  document.addEventListener("DOMContentLoaded", show);
  show();
})();
