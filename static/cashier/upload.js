// Sends a photo as soon as it is chosen; without this, the button beside it does.
for (const form of document.querySelectorAll("[data-upload]")) {
  form.querySelector(".upload__send").hidden = true;
  form.addEventListener("change", () => {
    form.classList.add("upload--sending");
    form.requestSubmit();
  });
}
