// Stands in for Midtrans's snap.js: it leads to the payment page instead of laying it over the shop's.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const open = (token) => window.location.assign(`${base}/snap/v4/redirection/${encodeURIComponent(token)}`);
  window.snap = { pay: open, embed: open, show: () => {}, hide: () => {} };
})();
