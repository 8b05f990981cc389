// Niceties of the newsroom. Every page works without them.
"use strict";

// "/" goes to the search, as long as nobody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("#searchbar, #mdg-search");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

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

// The boxes that suggestions are typed into take the name of the field that they stand for.
const nameBoxes = () => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const name = select.getAttribute("aria-label") || select.labels[0]?.firstChild.textContent.trim();
    const box = select.nextElementSibling;
    if (!name || !box?.matches(".select2")) continue;
    for (const part of box.querySelectorAll('[role="combobox"], [role="textbox"]')) part.setAttribute("aria-label", name);
  }
};
new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".select2-search__field")) event.target.setAttribute("aria-label", "Type to find");
});

// Suggestions below a text that lists names, for the piece that is being typed; what is new may be typed all the same.
const suggest = (text) => {
  const separator = text.dataset.separator;
  const list = document.createElement("ul");
  list.className = "mdg-suggestions";
  list.setAttribute("aria-label", `Suggestions: ${text.labels[0].firstChild.textContent.trim()}`);
  text.after(list);
  let waiting;
  const piece = () => {
    const start = text.value.lastIndexOf(separator, text.selectionStart - 1) + 1;
    const end = text.value.indexOf(separator, start);
    return [start, end < 0 ? text.value.length : end];
  };
  const take = (name) => {
    const [start, end] = piece();
    const lead = start && separator === "," ? " " : "";
    text.setRangeText(lead + name, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    list.replaceChildren();
    text.focus();
  };
  const look = async () => {
    const typed = text.value.slice(...piece()).trim();
    if (typed.length < 2) return list.replaceChildren();
    const answer = await fetch(`${text.dataset.suggest}&term=${encodeURIComponent(typed.replaceAll(":", " "))}`);
    if (!answer.ok) return;
    const names = (await answer.json()).results.map((result) => result.text).filter((name) => name !== typed);
    list.replaceChildren(...names.slice(0, 8).map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => take(name));
      const line = document.createElement("li");
      line.append(button);
      return line;
    }));
  };
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 200);
  });
};

const form = document.getElementById("curateditem_form");
if (form) {
  form.querySelectorAll("[data-suggest]").forEach(suggest);

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
