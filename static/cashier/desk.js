// Keys and cash: a scanner works at any time, notes add up, Enter accepts. Without it the same forms do the same.
(() => {
  const find = () => document.getElementById("find");
  const isTyping = () => document.activeElement?.matches("input:not([type=hidden]), textarea, select");
  const hasMouse = matchMedia("(pointer: fine)").matches; // On a tablet the focus would raise the keyboard.
  const rupiah = (amount) => `Rp${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}`;
  const amountIn = (input) => Number(input.value.replace(/\D/g, ""));

  const waitForScanner = () => { if (hasMouse && !isTyping()) find().focus({ preventScroll: true }); };

  const reckon = (form) => {
    const input = form.querySelector("#tendered");
    const change = amountIn(input) - Number(form.dataset.due);
    const row = form.querySelector("[data-change]");
    row.hidden = change < 0;
    row.querySelector("b").textContent = rupiah(Math.max(0, change));
    form.querySelector("[data-confirm]").disabled = change < 0;
  };

  // A code that is scanned where money is typed is no money: its letters say so. Digits that came just before are the code's.
  const BURST = 300;
  let stood = "";
  let before = "";
  let typedAt = -BURST;

  const type = (input, at) => {
    if (at - typedAt > BURST) before = stood;
    typedAt = at;
    const added = input.value.startsWith(before) ? input.value.slice(before.length) : "";
    if (/[a-z]/i.test(before ? added : added.replace(/^rp?/i, ""))) {
      input.value = before;
      find().value = added;
      find().focus();
    }
    stood = input.value;
    reckon(input.form);
  };

  const wake = () => {
    const form = document.querySelector(".cash:not([data-awake])");
    if (!form) return;
    form.dataset.awake = "yes";
    reckon(form);
  };

  const press = (form, key) => {
    const input = form.querySelector("#tendered");
    const amount = key.hasAttribute("data-exact") ? Number(form.dataset.due) : amountIn(input) + Number(key.dataset.note);
    input.value = rupiah(amount);
    reckon(form);
    form.querySelector("[data-confirm]").focus({ preventScroll: true });
  };

  const accept = () => {
    if (document.getElementById("tendered")) document.getElementById("tendered").focus();
    else document.querySelector(".lane--new .slip form")?.requestSubmit();
  };

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-note], [data-exact]");
    if (key) { event.preventDefault(); press(key.form, key); return; }
    if (!event.target.closest("a, button, input, label, summary, select")) waitForScanner();
  });

  document.addEventListener("input", (event) => { if (event.target.id === "tendered") type(event.target, event.timeStamp); });
  document.addEventListener("focusin", (event) => { if (event.target.id === "tendered") stood = event.target.value; });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".find") || find().value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    accept();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A key that is held down takes one step: it would start the whole queue, and the change would be gone unread.
    if (event.key === "Enter" && event.repeat) { event.preventDefault(); return; }
    if (event.key === "F2") { event.preventDefault(); (document.getElementById("tendered") ?? find()).focus(); }
    else if (event.key === "Escape") document.querySelector(".desk__close")?.click();
    else if (isTyping() && event.key !== "/") return;
    else if (event.key === "/" && document.activeElement.name !== "reason") { event.preventDefault(); find().focus(); find().select(); }
    else if (event.key === "Enter" && document.activeElement === document.body) accept();
    else if (/^[a-z0-9]$/i.test(event.key)) find().focus(); // The key itself still lands in the field.
  });

  document.addEventListener("htmx:after:swap", (event) => {
    wake();
    // News of the step that was pressed may come before its own answer, and takes the button away that had the focus.
    if (document.activeElement === document.body) waitForScanner();
    if (event.detail.ctx.target?.id !== "floor") return;
    find().value = "";
    waitForScanner();
  });

  wake();
  waitForScanner();
})();
