// Niceties of the newsroom. Every page works without them.
"use strict";

// Who is signed in by now; null where nobody is. A login in another tab has outdated the token that the forms of this page
// were sent with: they get the one of now. What is sent by script asks before.
window.medigySession = async () => {
  const { content: user, dataset } = document.querySelector('meta[name="mdg-user"]');
  const answer = await fetch(dataset.session, { redirect: "manual", cache: "no-store" });
  if (!answer.ok) return null;
  const now = await answer.json();
  now.same = now.user === user;
  if (now.same) for (const box of document.getElementsByName("csrfmiddlewaretoken")) box.value = now.token;
  return now;
};

// Of a row that goes on beyond the edge, the part that one is at.
for (const row of document.querySelectorAll(".mdg-nav, .mdg-tabs")) {
  const [here, frame] = [row.querySelector("[aria-current]")?.getBoundingClientRect(), row.getBoundingClientRect()];
  if (here) row.scrollLeft += here.left - frame.left - (frame.width - here.width) / 2;
}

// Whoever walks by keyboard sees all of where they are, and not what the bar at the bottom leaves of it.
const showWhole = (element) => element !== document.body && element.scrollIntoView({ block: "nearest" });
document.addEventListener("keyup", (event) => event.key === "Tab" && showWhole(document.activeElement));
window.addEventListener("blur", () => document.activeElement.matches("iframe") && showWhole(document.activeElement));

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
