// Keeps the tablet off a browser's error page: asks whether the line is there every few seconds, and before each step.
// A tablet that was cut off learns it by the same question.
(() => {
  const lost = document.getElementById("lost");
  let misses = 0;

  const is_there = async () => {
    try {
      const answer = await fetch(lost.dataset.pulse, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(2500) });
      if (answer.type === "opaqueredirect") location.replace(lost.dataset.first);
      return answer.ok || answer.type === "opaqueredirect";
    } catch {
      return false;
    }
  };

  // A number or a code is its guest's to read, line or no line; until the way home is taken.
  const is_being_read = () => document.querySelector("[data-home-after]") !== null;

  const tell = (there, enough = 2) => {
    misses = there ? 0 : misses + 1;
    if (there && lost.open) lost.close();
    if (misses >= enough && !lost.open) lost.showModal();
    return there;
  };
  const notice = (there, enough) => (there || !is_being_read() ? tell(there, enough) : there);

  const watch = async () => {
    // After a miss it asks again at once: two of them are no coincidence.
    setTimeout(watch, notice(await is_there()) ? 3000 : 1000);
  };

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    // Not `form.method`: a button of that name would stand there.
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.dataset.go === "now") return;
    event.preventDefault();
    if (form.dataset.go) return; // An impatient second touch.
    form.dataset.go = "asked";
    submitter?.setAttribute("aria-busy", "true");
    const again = () => { delete form.dataset.go; submitter?.removeAttribute("aria-busy"); };
    if (!tell(await is_there(), 1)) return again();
    form.dataset.go = "now";
    form.requestSubmit(submitter);
    form.dataset.go = "sent";
    setTimeout(again, 1500);
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href^='/']");
    if (!link || event.defaultPrevented || link.target) return;
    event.preventDefault();
    if (tell(await is_there(), 1)) location.assign(link.href);
  });

  lost.addEventListener("cancel", (event) => event.preventDefault());
  addEventListener("offline", () => notice(false, 1));
  watch();
})();
