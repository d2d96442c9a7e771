// Shows a dish as a sheet over the menu. Without it the same link opens the dish's page.
(() => {
  const sheet = document.getElementById("sheet");

  const open = async (address) => {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dish = page.getElementById("dish");
    if (!dish) return location.assign(address);
    const close = document.createElement("button");
    close.className = "sheet__close";
    close.textContent = "×";
    close.setAttribute("aria-label", sheet.dataset.close);
    close.addEventListener("click", () => sheet.close());
    sheet.replaceChildren(close, dish);
    sheet.dispatchEvent(new CustomEvent("meja:shown", { bubbles: true }));
    sheet.showModal();
    sheet.scrollTop = 0;
    // The phone's own "back" closes the sheet and not the menu.
    history.pushState({ sheet: true }, "");
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-sheet]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.href).catch(() => location.assign(link.href));
  });

  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => { if (history.state?.sheet) history.back(); });
  addEventListener("popstate", () => { if (sheet.open) sheet.close(); });
})();
