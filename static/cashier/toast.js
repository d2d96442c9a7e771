// Shows whatever is put into the toast, and takes it away again.
(() => {
  const toast = document.getElementById("toast");
  let hide;

  new MutationObserver(() => {
    clearTimeout(hide);
    toast.hidden = !toast.textContent.trim();
    hide = setTimeout(() => { toast.hidden = true; }, 7000);
  }).observe(toast, { childList: true, characterData: true, subtree: true });
})();
