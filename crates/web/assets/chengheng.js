// Small conveniences; every page works without them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) window.print();
});
document.addEventListener("DOMContentLoaded", () => {
  for (const hidden of document.querySelectorAll("[data-print][hidden]")) hidden.hidden = false;
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
});
