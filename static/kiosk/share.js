// Hands the QR's picture to the phone's own share sheet. The button shows only where the browser can share a file.
(() => {
  let held; // The picture, ready before the tap: a browser forgets the tap while something is fetched.

  const wake = async () => {
    const button = document.querySelector("[data-share]");
    if (!button || !navigator.canShare) return;
    const { share: address, name } = button.dataset;
    if (held?.address !== address) {
      const answer = await fetch(address);
      if (!answer.ok) return;
      held = { address, files: [new File([await answer.blob()], name, { type: "image/png" })] };
    }
    if (navigator.canShare({ files: held.files })) document.querySelector("[data-share]")?.removeAttribute("hidden");
  };
  const try_to_wake = () => wake().catch(() => {});

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-share]")) navigator.share({ files: held.files }).catch(() => {});
  });
  document.addEventListener("htmx:after:swap", try_to_wake);
  try_to_wake();
})();
