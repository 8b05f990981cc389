// Single keys of the newsroom. They move the real focus, so that screen readers say where one is; they are never taken
// from somebody who types; and they can be switched off in the dialog that lists them.
"use strict";

const STORED = "mdg-keys";
const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]," +
  "[role=combobox], [role=listbox], [role=textbox], dialog";
const list = document.getElementById("result_list");
const rows = () => [...document.querySelectorAll("#result_list tbody tr, [data-row]")];
const linkOf = (row) => row.querySelector("th a, a.mdg-title");
let last = -1;

const isOn = () => {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
};

const here = () => {
  const all = rows();
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  if (focused >= 0) last = focused;
  return all[last];
};

const step = (by) => {
  here();
  const all = rows();
  if (!all.length) return;
  last = Math.min(Math.max(last + by, 0), all.length - 1);
  linkOf(all[last])?.focus();
  all[last].scrollIntoView({ block: "nearest" });
};

const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

const select = () => {
  const box = here()?.querySelector("input.action-select");
  if (!box) return;
  box.click();
  status.textContent = `${box.checked ? "Selected" : "Not selected"}: ${linkOf(here()).textContent.trim()}. ` +
    (document.querySelector(".action-counter")?.textContent ?? "");
};

const look = () => {
  const address = here()?.querySelector("[data-look]")?.dataset.look;
  if (address) window.open(address, "_blank", "noopener");
};

const search = () => {
  const box = document.querySelector("#searchbar, #mdg-search");
  box?.focus();
  box?.select();
};

// Key, what it does in words, what it does, and where it makes sense.
const KEYS = [
  ["/", "Search", search, () => true],
  ["c", "Begin an item", () => document.getElementById("mdg-add")?.click(), () => document.getElementById("mdg-add")],
  ["j", "Next item", () => step(1), () => rows().length],
  ["k", "Item before", () => step(-1), () => rows().length],
  ["x", "Select it, or not", select, () => list?.querySelector("input.action-select")],
  ["b", "To what can be done with the selected ones", () => document.querySelector(".mdg-deeds button, .mdg-deeds select")?.focus(),
    () => document.querySelector(".mdg-deeds")],
  ["e", "Open it to edit", () => linkOf(here() ?? document.body)?.click(), () => rows().length],
  ["o", "See it as readers do, in a new tab", look, () => document.querySelector("[data-look]")],
  ["?", "These keys", () => help(), () => true],
];

const help = () => {
  const dialog = document.createElement("dialog");
  dialog.className = "mdg-keys";
  dialog.setAttribute("aria-labelledby", "mdg-keys-title");
  const title = document.createElement("h2");
  title.id = "mdg-keys-title";
  title.textContent = "Keys";
  const table = document.createElement("dl");
  for (const [key, words, , fits] of KEYS) {
    if (!fits()) continue;
    const line = document.createElement("div");
    const term = document.createElement("dt");
    const letter = document.createElement("kbd");
    letter.textContent = key;
    term.append(letter);
    const meaning = document.createElement("dd");
    meaning.textContent = words;
    line.append(term, meaning);
    table.append(line);
  }
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = isOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, box.checked ? "on" : "off");
    } catch {
      // Where nothing may be kept, they stay on.
    }
  });
  label.append(box, " Use single keys");
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.className = "mdg-button mdg-button--primary";
  close.textContent = "Close";
  close.autofocus = true;
  form.append(close);
  dialog.append(title, table, label, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (!(event.target instanceof Element) || event.target.closest(TYPED) || document.querySelector("dialog[open]")) return;
  const found = KEYS.find(([key, , , fits]) => key === event.key && fits());
  if (!found || !isOn()) return;
  event.preventDefault();
  found[2]();
});

const button = document.getElementById("mdg-keys");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest("details")?.removeAttribute("open");
    help();
  });
}
