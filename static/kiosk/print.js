// The print button of a receipt.
document.querySelector("[data-print]").addEventListener("click", () => print());
