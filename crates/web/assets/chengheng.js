// Small conveniences; every page works without them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) window.print();
});
document.addEventListener("DOMContentLoaded", () => {
  for (const hidden of document.querySelectorAll("[data-print][hidden]")) hidden.hidden = false;
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  const editor = document.querySelector("textarea[data-line]");
  if (editor) showLine(editor, Number(editor.dataset.line));
});

/** Puts the caret on a line of an editor and brings it into view. */
function showLine(editor, line) {
  const before = editor.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const end = editor.value.indexOf("\n", start);
  editor.focus();
  editor.setSelectionRange(start, end < 0 ? editor.value.length : end);
  const height = Number.parseFloat(getComputedStyle(editor).lineHeight);
  editor.scrollTop = Math.max(0, (line - 5) * height);
}
