// Marks the category that is being looked at.
(() => {
  const rail = document.querySelector(".rail");
  const menu = document.getElementById("menu");

  const mark = (id) => {
    for (const link of rail.children) {
      const here = link.hash === `#${id}`;
      if (here === link.hasAttribute("aria-current")) continue;
      link.toggleAttribute("aria-current", here);
      if (here) rail.scrollTo({ top: link.offsetTop - rail.offsetTop - (rail.clientHeight - link.offsetHeight) / 2 });
    }
  };
  const eye = new IntersectionObserver((seen) => {
    for (const group of seen) if (group.isIntersecting) mark(group.target.id);
  }, { root: menu, rootMargin: "-10% 0px -85%" });
  const watch = () => menu.querySelectorAll(".plates__group").forEach((group) => eye.observe(group));

  rail.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    document.getElementById(link.hash.slice(1))?.scrollIntoView({ block: "start" });
  });
  document.addEventListener("meja:fresh", watch);
  watch();
})();
