// Looks whether the line is back, and then opens the page that was wanted.
(() => {
  let wait = 1000;

  const look = async () => {
    try {
      if ((await fetch("/healthz", { cache: "no-store" })).ok) return location.reload();
    } catch { /* still gone */ }
    setTimeout(look, wait = Math.min(wait * 1.5, 10000));
  };

  // The page itself may be open on purpose.
  if (location.pathname === "/offline") return;
  addEventListener("online", look, { once: true });
  setTimeout(look, wait);
})();
