// Sends a picture as soon as it is chosen; without this, the button beside it does.
for (const form of document.querySelectorAll("[data-upload]")) {
  form.querySelector(".gallery__send").hidden = true;
  form.addEventListener("change", () => {
    form.classList.add("gallery__choose--sending");
    form.requestSubmit();
  });
}
