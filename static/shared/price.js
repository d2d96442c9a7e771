// Shows on the button what the chosen options come to. The price that counts is the server's.
(() => {
  const rupiah = (amount) => `Rp${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}`;

  const add_up = (form) => {
    const chosen = [...form.querySelectorAll("[data-price]:checked")];
    const piece = chosen.reduce((sum, option) => sum + Number(option.dataset.price), Number(form.dataset.price));
    form.querySelector("[data-sum]").textContent = rupiah(piece * (Number(form.elements.quantity.value) || 1));
    for (const question of form.querySelectorAll("[data-most]")) {
      const boxes = [...question.querySelectorAll("[type=checkbox]")];
      const full = boxes.filter((box) => box.checked).length >= Number(question.dataset.most);
      for (const box of boxes) box.disabled = full && !box.checked;
    }
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-add]");
    if (form) add_up(form);
  });
})();
