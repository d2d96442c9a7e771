// Adds dishes without leaving the menu, and keeps the basket bar true. Without it a "+" leads to the basket.
(() => {
  const toast = document.getElementById("toast");
  // Each press has a key of its own: when an answer is lost, a browser by itself sends a form again. A press that
  // nobody answered keeps its key, and pressed again it counts once; until the bar has shown what got through.
  const unanswered = new Map();
  const sending = new Set();
  let asked = 0;
  let hide;

  const say = (text) => {
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(hide);
    hide = setTimeout(() => { toast.hidden = true; }, 5000);
  };

  const refresh = async () => {
    const turn = ++asked;
    const answer = await fetch(document.getElementById("basket-bar").dataset.src);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== asked) return; // A later look has the later truth.
    document.getElementById("basket-bar").replaceWith(page.getElementById("basket-bar"));
    unanswered.clear();
  };

  // What went wrong stands on the error page in words for people.
  const reason = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("main .empty > p, main p")?.textContent.trim();
  };

  const add = async (form, button) => {
    button.setAttribute("aria-busy", "true");
    await greeting;
    const fields = new URLSearchParams(new FormData(form, button));
    fields.delete("key");
    const wish = fields.toString();
    const key = unanswered.get(wish) ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
    unanswered.delete(wish);
    fields.set("key", key);
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
      if (answer.type !== "opaqueredirect") return say(await reason(answer));
      form.closest("dialog")?.close();
      navigator.vibrate?.(12);
      look();
    } catch {
      unanswered.set(wish, key);
      say(document.body.dataset.offline);
      document.dispatchEvent(new CustomEvent("meja:line", { detail: "gone" }));
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (!form.matches("#menu, [data-add]")) return;
    event.preventDefault();
    // Two quick taps on a "+" mean two; a form with choices is sent once.
    if (form.id !== "menu" && button.getAttribute("aria-busy") === "true") return;
    const press = add(form, button).finally(() => sending.delete(press));
    sending.add(press);
  });

  // Who is quicker at the basket than a press on its way there waits for it.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("#basket-bar a");
    if (!link || !sending.size) return;
    event.preventDefault();
    await Promise.allSettled(sending);
    location.assign(link.href);
  });

  const look = () => refresh().catch(() => {});
  // The first look makes a new phone a guest. Presses sent before that would be those of several guests.
  const greeting = look();
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  document.addEventListener("meja:back", look);
})();
