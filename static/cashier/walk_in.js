// Puts every tap on a dish into the basket, however quickly they come. Without it each tap is a form of its own.
(() => {
  // Each press has a key of its own. One that nobody answered keeps it, and pressed again it counts once; until the
  // basket has shown what got through.
  const unanswered = new Map();
  const sending = new Set();
  const wanted = new Map();
  const basket = () => document.getElementById("walk-basket");

  const say = (text) => { document.getElementById("toast").textContent = text; };
  const look = () => document.body.dispatchEvent(new CustomEvent("picked"));
  const shown = () => new Promise((resolve) => {
    document.addEventListener("htmx:after:swap", resolve, { once: true });
    setTimeout(resolve, 5000);
    look();
  });

  const refused = async (answer, button) => {
    const login = answer.headers.get("HX-Redirect");
    if (login) return location.assign(login);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Somebody has changed the menu meanwhile: it asks now.
    if (button && page.querySelector(".question")) return location.assign(button.nextElementSibling.href);
    say(page.querySelector("main [role=alert] strong, main .empty > p")?.textContent.trim() ?? "");
    document.querySelector(".find").requestSubmit();
  };

  const post = (address, fields) => fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "HX-Request": "true", "HX-Request-Type": "full" },
    redirect: "manual",
    keepalive: true, // Whoever is off to another page has tapped all the same.
  });

  const add = async (form, button) => {
    const wish = button.value;
    const key = unanswered.get(wish) ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
    unanswered.delete(wish);
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await post(form.action, { dish_id: wish, key });
      if (answer.type === "opaqueredirect") look();
      else await refused(answer, button);
    } catch {
      unanswered.set(wish, key);
      say(form.dataset.offline);
      document.dispatchEvent(new CustomEvent("meja:line", { detail: "gone" }));
    }
  };

  const showAhead = (form, quantity) => {
    const [less, more] = form.querySelectorAll("button");
    form.querySelector("output").textContent = quantity;
    less.value = Math.max(0, quantity - 1);
    more.value = quantity + 1;
  };

  // + + + in a row: the number is ahead at once, and only the last one is sent when an answer has come.
  const step = async (form, quantity) => {
    showAhead(form, quantity);
    const isUnderWay = wanted.has(form.action);
    wanted.set(form.action, quantity);
    if (isUnderWay) return;
    try {
      for (let sent; sent !== wanted.get(form.action);) {
        sent = wanted.get(form.action);
        const answer = await post(form.action, { quantity: sent });
        if (answer.type !== "opaqueredirect") await refused(answer);
      }
    } catch {
      document.dispatchEvent(new CustomEvent("meja:line", { detail: "gone" }));
    } finally {
      wanted.delete(form.action);
      look();
    }
  };

  const hold = async (button) => {
    const method = button.value;
    await Promise.allSettled([...sending].map((press) => press.done));
    if (unanswered.size) return;
    await shown();
    const fresh = basket().querySelector(`button[name=method][value=${method}]`);
    fresh?.form.requestSubmit(fresh);
  };

  // Before anybody else: elsewhere a form that is under way is not sent again.
  addEventListener("submit", (event) => {
    const { target: form, submitter: button } = event;
    const pays = button?.name === "method" && basket().contains(form);
    const steps = form.matches("#walk-basket .stepper");
    if (form.id !== "picks" && !steps && !(pays && sending.size)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (pays) return hold(button);
    const press = { button };
    sending.add(press);
    press.done = (steps ? step(form, Number(button.value)) : add(form, button)).finally(() => {
      sending.delete(press);
      if (![...sending].some((other) => other.button === button)) button.removeAttribute("aria-busy");
    });
  }, true);

  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target?.id !== "walk-basket") return;
    unanswered.clear();
    for (const form of basket().querySelectorAll(".stepper")) {
      if (wanted.has(form.action)) showAhead(form, wanted.get(form.action));
    }
    // A step that was answered late may show the basket as it was before the last press.
    if (sending.size === 0 && event.detail.ctx.sourceElement !== basket() && event.detail.ctx.request.method === "POST") look();
  });
  document.addEventListener("meja:back", look);
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
})();
