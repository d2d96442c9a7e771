// Shows the basket as a sheet from the right. Without it the same link opens the basket's page.
(() => {
  const drawer = document.getElementById("drawer");

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link) return;
    event.preventDefault();
    await htmx.ajax("GET", link.href, { target: "#basket", select: "#basket", swap: "outerHTML" });
    if (!drawer.open && drawer.querySelector(".drawer__head")) drawer.showModal();
  });

  drawer.addEventListener("click", (event) => {
    if (event.target !== drawer && !event.target.closest("[data-shut]")) return;
    event.preventDefault();
    drawer.close();
  });

  drawer.addEventListener("close", () => {
    const bar = document.getElementById("basket-bar");
    htmx.ajax("GET", bar.dataset.src, { target: "#basket-bar", swap: "outerHTML" });
  });
})();
