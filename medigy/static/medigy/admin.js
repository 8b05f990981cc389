// Niceties of the newsroom. Every page works without them.
"use strict";

// One menu at a time; Escape and a click elsewhere close it.
const boxes = () => document.querySelectorAll(".mdg-menu[open], .mdg-pill[open]");
document.addEventListener("click", (event) => {
  for (const box of boxes()) if (!box.contains(event.target) && event.target.isConnected) box.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const box of boxes()) {
    box.open = false;
    box.querySelector("summary").focus();
  }
});

const form = document.getElementById("curateditem_form");
if (form) {
  // Ctrl+S saves; a warning before typed words are left behind.
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const save = form.querySelector('[name="_save"]');
    if (event.key === "s" && (event.ctrlKey || event.metaKey) && save) {
      event.preventDefault();
      form.requestSubmit(save);
    }
  });
  // A link to a field within a fold opens the fold.
  const unfold = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details");
    if (fold) fold.open = true;
  };
  window.addEventListener("hashchange", unfold);
  unfold();
}
