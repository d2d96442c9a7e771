// Sends the order and stays with it: on a bad line the same form with the same key goes out again, until there is
// an answer. Without it the form takes its plain way.
(() => {
  const MOST_SECONDS = 20;
  let is_sending = false;

  const pause = (milliseconds) => new Promise((done) => {
    setTimeout(done, milliseconds);
    addEventListener("online", done, { once: true });
  });

  const answer_to = async (address, body) => {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 8000)) {
      try {
        return await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(MOST_SECONDS * 1000) });
      } catch {
        document.querySelector("[data-patience]").hidden = false;
        document.dispatchEvent(new CustomEvent("meja:line", { detail: "gone" }));
        await pause(wait);
      }
    }
  };

  const send = async (form, button) => {
    button.setAttribute("aria-busy", "true");
    const answer = await answer_to(form.action, new URLSearchParams(new FormData(form, button)));
    if (answer.redirected) return location.assign(answer.url);
    // What stands in the way is said on the basket's own page; anything else is a page of its own.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [here, there] = [document.getElementById("basket"), page.getElementById("basket")];
    (there ? here : document.querySelector("main")).replaceWith(there ?? page.querySelector("main"));
    // What was put here looks again by itself, as what stood here did.
    if (there) globalThis.htmx?.process(there);
    scrollTo(0, 0);
  };

  document.addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    if (form.id !== "checkout") return;
    event.preventDefault();
    if (is_sending || !button) return;
    is_sending = true;
    send(form, button).catch(() => location.reload()).finally(() => { is_sending = false; });
  });

  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
