// Niceties of the newsroom. Every page works without them.
"use strict";

// One menu at a time; Escape and a click elsewhere close it.
const boxes = () => document.querySelectorAll(".mdg-menu[open], .mdg-pill[open]");
document.addEventListener("click", (event) => {
  for (const box of boxes()) if (!box.contains(event.target) && event.target.isConnected) box.open = false;
});
// What opens to be typed into is typed into at once.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".mdg-pill[open]")) event.target.querySelector("input:not([type=hidden])")?.focus();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const box of boxes()) {
    box.open = false;
    box.querySelector("summary").focus();
  }
});
