// Search, filters, and a category bar that follows the scroll.
(() => {
  const search = document.getElementById("search");
  const nothing = document.getElementById("nothing-found");
  const wanted = new Set();

  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of document.querySelectorAll(".menu__group")) {
      let here = 0;
      if (group.id === "best") {
        // Everything on the shelf stands below once more.
        group.hidden = Boolean(words.length || wanted.size);
        continue;
      }
      for (const dish of group.querySelectorAll(".dish")) {
        const name = dish.querySelector("h3 a");
        const codes = dish.dataset.is.split(" ");
        const names = `${name.textContent} ${name.dataset.other ?? ""}`.toLowerCase();
        const fits = words.every((word) => names.includes(word))
          && [...wanted].every((code) => (code.startsWith("-") ? !codes.includes(code.slice(1)) : codes.includes(code)));
        dish.hidden = !fits;
        here += fits;
      }
      group.hidden = !here;
      found += here;
    }
    nothing.hidden = found > 0;
    document.getElementById("menu").hidden = !found;
    const pressed = [...document.querySelectorAll(".chip[aria-pressed='true']")].map((chip) => chip.textContent);
    document.getElementById("words").textContent = [search.value.trim(), ...pressed].filter(Boolean).join(", ");
    document.getElementById("allergy").hidden = ![...wanted].some((code) => code.startsWith("-contains"));
  };

  const clear = () => {
    search.value = "";
    wanted.clear();
    for (const chip of document.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", "false");
    narrow();
  };

  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") search.blur(); });
  document.getElementById("clear-search").addEventListener("click", clear);
  document.addEventListener("meja:fresh", () => { narrow(); watch(); });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-filter]");
    if (!chip) return;
    const code = chip.dataset.filter;
    chip.setAttribute("aria-pressed", String(!wanted.delete(code) && Boolean(wanted.add(code))));
    narrow();
  });

  const bar = document.querySelector(".tabs");
  const mark = (id) => {
    for (const tab of bar.children) {
      const here = tab.hash === `#${id}`;
      if (here === tab.hasAttribute("aria-current")) continue;
      tab.toggleAttribute("aria-current", here);
      if (here) bar.scrollTo({ left: tab.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2 });
    }
  };
  const eye = new IntersectionObserver((seen) => {
    for (const group of seen) if (group.isIntersecting) mark(group.target.id);
  }, { rootMargin: "-20% 0px -75%" });
  const watch = () => document.querySelectorAll(".menu__group").forEach((group) => eye.observe(group));
  watch();
})();
