// Adds dishes without leaving the menu, and keeps the basket bar true. Without it a "+" leads to the basket.
(() => {
  const toast = document.getElementById("toast");
  let hide;

  const say = (text) => {
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(hide);
    hide = setTimeout(() => { toast.hidden = true; }, 5000);
  };

  const refresh = async () => {
    const bar = document.getElementById("basket-bar");
    const answer = await fetch(bar.dataset.src);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    bar.replaceWith(page.getElementById("basket-bar"));
  };

  // What went wrong stands on the error page in words for people.
  const reason = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("main .empty > p, main p")?.textContent.trim();
  };

  const add = async (form, button) => {
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual" });
      if (answer.type !== "opaqueredirect") return say(await reason(answer));
      form.closest("dialog")?.close();
      navigator.vibrate?.(12);
      await refresh();
    } catch {
      say(document.body.dataset.offline);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (!form.matches("#menu, [data-add]")) return;
    event.preventDefault();
    // Two quick taps on a "+" mean two; a form with choices is sent once.
    if (form.id === "menu" || button.getAttribute("aria-busy") !== "true") add(form, button);
  });

  addEventListener("pageshow", () => refresh().catch(() => {}));
})();
