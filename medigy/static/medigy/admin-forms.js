// What the forms of the sections need: rows that are added and taken away, and addresses that are made from names.
// Without it there is one empty row at a time, and addresses are typed.
"use strict";
{
  // --- Rows ------------------------------------------------------------------------------------------------------------

  for (const group of document.querySelectorAll(".js-inline-admin-formset")) {
    const { prefix, more } = group.dataset;
    const empty = document.getElementById(`${prefix}-empty`);
    const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
    const most = Number(document.getElementById(`id_${prefix}-MAX_NUM_FORMS`)?.value || 1000);
    if (!empty || !total) continue;

    const add = document.createElement("button");
    add.type = "button";
    add.className = "mdg-button";
    add.textContent = more;
    empty.closest("fieldset").append(add);

    const rows = () => [...empty.parentElement.children].filter((row) => row !== empty && row.id.startsWith(`${prefix}-`));
    const number = (element, place) => {
      for (const name of ["id", "name", "for"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(new RegExp(`${prefix}-(\\d+|__prefix__)`), `${prefix}-${place}`));
      }
    };
    const renumber = () => {
      rows().forEach((row, place) => [row, ...row.querySelectorAll("*")].forEach((element) => number(element, place)));
      total.value = rows().length;
      add.hidden = rows().length >= most;
    };
    const removable = (row) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mdg-button mdg-button--bare";
      button.textContent = "Remove";
      button.addEventListener("click", () => {
        row.remove();
        renumber();
        add.focus();
      });
      row.lastElementChild.append(button);
    };
    rows().filter((row) => !row.classList.contains("has_original")).forEach(removable);
    add.addEventListener("click", () => {
      const row = empty.cloneNode(true);
      row.classList.remove("empty-form");
      row.id = `${prefix}-${rows().length}`;
      [...row.querySelectorAll("*")].forEach((element) => number(element, rows().length));
      removable(row);
      empty.before(row);
      renumber();
      row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }));
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    renumber();
  }

  // --- Addresses -------------------------------------------------------------------------------------------------------

  const address = (words, longest, unicode) => {
    const text = unicode ? words.normalize("NFKC") : words.normalize("NFKD").replace(/[^\x00-\x7f]/g, "");
    const pieces = text.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim();
    return pieces.replace(/[\s-]+/g, "-").replace(/^[-_]+|[-_]+$/g, "").slice(0, longest);
  };

  const made = document.getElementById("mdg-prepopulated");
  for (const field of made ? JSON.parse(made.dataset.fields) : []) {
    const box = document.querySelector(field.id);
    if (!box || box.value) continue;
    const sources = field.dependency_ids.map((id) => document.querySelector(id)).filter(Boolean);
    let typed = false;
    box.addEventListener("input", () => (typed = true));
    for (const source of sources) {
      source.addEventListener("input", () => {
        if (!typed) box.value = address(sources.map((each) => each.value).filter(Boolean).join(" "), field.maxLength, field.allowUnicode);
      });
    }
  }

  // --- Ctrl+S --------------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const save = document.querySelector(".submit-row [type=submit]");
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !save) return;
    event.preventDefault();
    save.click();
  });
}
