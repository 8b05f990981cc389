// A box to choose with by typing, over a <select> or over a text that lists names: the pattern “editable combobox with
// list autocomplete” of the ARIA Authoring Practices. Without this script the select and the text work by themselves.
// What is chosen is written into them at once, with `input` and `change`; after writing there, send "combobox:refresh".
"use strict";
{
  let numbers = 0;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const same = (one, other) => plain(one) === plain(other);

  // --- What a choice is kept in: two ways to read and write it -------------------------------------------------------

  const inSelect = (select) => ({
    multiple: select.multiple,
    known: () => [...select.options].filter((each) => each.value !== "").map((each) => ({ id: each.value, text: each.text })),
    read: () => [...select.selectedOptions].filter((each) => each.value !== "").map((each) => ({ id: each.value, text: each.text })),
    write(chosen) {
      for (const option of select.options) option.selected = false;
      if (!chosen.length && !select.multiple) select.value = "";
      for (const { id, text } of chosen) {
        const there = [...select.options].find((each) => each.value === id);
        const option = there || new Option(text, id);
        if (!there || select.multiple) select.append(option);
        option.selected = true;
      }
    },
    pieces: (text) => [text.trim()].filter(Boolean),
  });

  // A tag: between quotes, where a doubled one stands for one, or else all there is up to the next comma, quotes too.
  // read_tags and write_tags of curation/admin/fields.py do the same.
  const TAG = /\s*(?:"((?:[^"]|"")*)"\s*(?![^,])|([^,]+))/g;
  const OPEN = /^\s*"(?:[^"]|"")*$/;

  const inText = (text) => {
    const comma = text.dataset.separator === ",";
    const split = (value) => {
      const names = comma ? [...value.matchAll(TAG)].map((hit) => hit[1]?.replaceAll('""', '"') ?? hit[2]) : value.split("\n");
      return names.map((name) => name.trim()).filter(Boolean);
    };
    const quoted = (name) => (name.includes(",") || name.startsWith('"') ? `"${name.replaceAll('"', '""')}"` : name);
    return {
      multiple: true,
      known: () => [],
      read: () => split(text.value).map((name) => ({ id: name, text: name })),
      write(chosen) {
        const names = chosen.map((each) => each.text);
        text.value = comma ? names.map(quoted).join(", ") : names.join("\n");
      },
      pieces: split,
      // The names that a comma has ended, and what is still typed. After a quote that is not closed yet it ends none.
      ended(value) {
        for (const hit of value.matchAll(TAG)) {
          const rest = value.slice(hit.index);
          if (hit[0] === rest || OPEN.test(rest)) return [split(value.slice(0, hit.index)), rest.trimStart()];
        }
        return [split(value), ""];
      },
    };
  };

  // --- The box -------------------------------------------------------------------------------------------------------

  class Combobox {
    constructor(carrier) {
      this.carrier = carrier;
      this.kept = carrier.matches("select") ? inSelect(carrier) : inText(carrier);
      this.creates = "creates" in carrier.dataset;
      this.ordered = "ordered" in carrier.dataset;
      this.label = carrier.getAttribute("aria-label") || carrier.labels[0]?.firstChild.textContent.trim() || "";
      this.options = [];
      this.active = -1;
      // Whether somebody went to the active option, and not the list by itself.
      this.wentThere = false;
      this.draw();
      this.listen();
      this.refresh();
    }

    draw() {
      const { carrier } = this;
      const number = (numbers += 1);
      this.list = make("ul", { role: "listbox", id: `combobox-${number}`, "aria-label": this.label, class: "mdg-combo-list", hidden: true });
      this.input = make("input", {
        type: "text", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "done",
        "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, class: "mdg-combo-input",
        "aria-label": carrier.getAttribute("aria-label"), "aria-describedby": carrier.getAttribute("aria-describedby"),
        "aria-invalid": carrier.getAttribute("aria-invalid"), "aria-required": carrier.getAttribute("aria-required") || (carrier.required && "true"),
        placeholder: carrier.dataset.placeholder, disabled: carrier.disabled,
      });
      this.chips = make("ul", { class: "mdg-combo-chips", "aria-label": `Chosen: ${this.label}`, hidden: true });
      this.clear = make("button", { type: "button", class: "mdg-combo-clear", "aria-label": `Clear: ${this.label}`, hidden: true }, "×");
      this.note = make("p", { class: "mdg-combo-note", hidden: true });
      this.says = make("span", { role: "status", "aria-live": "polite", class: "visually-hidden" });
      this.box = make("div", { class: "mdg-combo" }, this.chips, this.input, this.clear, this.list, this.note, this.says);
      if (carrier.id) {
        // The label, and links to the field, lead to where one types.
        const { id } = carrier;
        carrier.id = `${id}-kept`;
        this.input.id = id;
      }
      carrier.required = false;
      carrier.hidden = true;
      carrier.before(this.box);
    }

    listen() {
      const { input, list } = this;
      input.addEventListener("input", () => {
        this.wentThere = false;
        if (this.kept.multiple && this.takePieces()) return;
        this.open(150);
      });
      input.addEventListener("click", () => this.open(0));
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.leave());
      input.addEventListener("paste", (event) => {
        const text = event.clipboardData.getData("text/plain");
        if (!this.creates || !text.trim().includes("\n")) return;
        event.preventDefault();
        for (const line of text.split("\n")) for (const name of this.kept.pieces(line)) this.add(name);
        this.say(`${this.kept.read().length} chosen`);
      });
      // The finger or mouse on an option must not take the focus from where one types.
      for (const part of [list, this.clear]) part.addEventListener("pointerdown", (event) => event.preventDefault());
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => {
        const option = event.target.closest('[role="option"]');
        if (option) this.take(this.options[[...list.children].indexOf(option)]);
      });
      list.addEventListener("scroll", () => {
        if (list.scrollTop + list.clientHeight > list.scrollHeight - 40) this.more();
      });
      this.clear.addEventListener("click", () => {
        this.write([]);
        input.value = "";
        this.say("Cleared");
        input.focus();
      });
      this.chips.addEventListener("click", (event) => this.press(event.target.closest("button")));
      this.box.addEventListener("focusin", () => this.box.classList.add("mdg-combo--in"));
      this.box.addEventListener("focusout", () => this.box.classList.remove("mdg-combo--in"));
      this.carrier.addEventListener("combobox:refresh", () => this.refresh());
      // What is typed and not taken yet belongs to what is sent.
      this.carrier.form?.addEventListener("submit", () => this.leave(), { capture: true });
      this.carrier.form?.addEventListener("reset", () => setTimeout(() => this.refresh()));
    }

    // --- What is chosen ---

    refresh() {
      const chosen = this.kept.read();
      if (!this.kept.multiple) {
        this.input.value = chosen[0]?.text ?? "";
        this.clear.hidden = !chosen.length || this.input.disabled || !("clearable" in this.carrier.dataset);
        return;
      }
      this.chips.hidden = !chosen.length;
      this.chips.replaceChildren(...chosen.map(({ text }, place) => {
        const chip = make("li", {}, make("span", { dir: "auto" }, text));
        if (this.input.disabled) return chip;
        if (this.ordered && place) {
          chip.prepend(make("button", { type: "button", "data-place": place, "data-does": "move", "aria-label": `Move ${text} to the front by one` }, "‹"));
        }
        chip.append(make("button", { type: "button", "data-place": place, "data-does": "remove", "aria-label": `Remove ${text}` }, "×"));
        return chip;
      }));
    }

    write(chosen) {
      this.kept.write(chosen);
      this.refresh();
      for (const name of ["input", "change"]) this.carrier.dispatchEvent(new Event(name, { bubbles: true }));
    }

    press(button) {
      if (!button) return;
      const chosen = this.kept.read();
      const place = Number(button.dataset.place);
      const [piece] = chosen.splice(place, 1);
      if (button.dataset.does === "move") chosen.splice(place - 1, 0, piece);
      this.write(chosen);
      if (button.dataset.does === "move") {
        this.say(`${piece.text} is number ${place} of ${chosen.length}`);
        const buttons = this.chips.children[place - 1].querySelectorAll("button");
        buttons[0].focus();
      } else {
        this.say(`${piece.text} removed`);
        (this.chips.children[place]?.lastElementChild ?? this.input).focus();
      }
    }

    take(option) {
      if (!option) return;
      const { multiple } = this.kept;
      const piece = { id: option.id ?? option.text, text: option.text };
      this.input.value = "";
      this.close();
      this.write(multiple ? [...this.kept.read(), piece] : [piece]);
      this.say(`${piece.text} ${option.isNew ? "will be created" : "chosen"}`);
      this.input.focus();
    }

    // The sign that separates names ends one.
    takePieces() {
      const { value } = this.input;
      if (!(this.carrier.dataset.separator === "," && value.includes(",")) || !this.creates) return false;
      const [names, rest] = this.kept.ended(value);
      if (rest === value) return false;
      for (const name of names) this.add(name);
      this.input.value = rest;
      this.open(150);
      return true;
    }

    // What is typed, without the quotes that hold one name together.
    named() {
      const names = this.kept.pieces(this.input.value);
      return names.length === 1 ? names[0] : this.input.value.trim();
    }

    add(text) {
      const chosen = this.kept.read();
      if (!chosen.some((each) => same(each.text, text))) this.write([...chosen, { id: text, text }]);
    }

    // Leaving the box: what fits or may be created is taken, everything else goes back to what was chosen.
    leave() {
      const typed = this.named();
      const { multiple } = this.kept;
      this.close();
      if (multiple ? !typed : typed === (this.kept.read()[0]?.text ?? "")) return;
      if (!typed && "clearable" in this.carrier.dataset) return this.write([]);
      const fits = typed && [...this.options, ...this.kept.known()].find((each) => !each.isNew && same(each.text, typed));
      const chosen = this.kept.read();
      if (fits) this.write(multiple ? [...chosen, { id: fits.id, text: fits.text }] : [fits]);
      else if (this.creates) for (const name of this.kept.pieces(this.input.value)) this.add(name);
      this.input.value = "";
      this.refresh();
    }

    // --- The list ---

    open(wait) {
      if (this.input.disabled) return;
      const typed = this.named();
      const untouched = !this.kept.multiple && typed === (this.kept.read()[0]?.text ?? "");
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.look(untouched ? "" : typed), wait);
    }

    async look(typed, page = 1) {
      this.asked?.abort();
      const { source } = this.carrier.dataset;
      let found = { results: [], pagination: { more: false } };
      if (source) {
        this.asked = new AbortController();
        try {
          const answer = await fetch(`${source}&term=${encodeURIComponent(typed)}&page=${page}`, { signal: this.asked.signal });
          if (!answer.ok || answer.redirected) throw new Error(answer.status);
          found = await answer.json();
        } catch (error) {
          if (error.name !== "AbortError") this.tell("The list cannot be reached. Look at your connection, or log in again in another tab.");
          return;
        }
      } else {
        found.results = this.kept.known().filter((each) => plain(each.text).includes(plain(typed)));
      }
      if (document.activeElement !== this.input) return;
      const chosen = new Set(this.kept.read().map((each) => each.id));
      const marked = this.wentThere ? this.options[this.active] : null;
      const here = this.kept.multiple ? found.results.filter((each) => !chosen.has(this.carrier.matches("select") ? each.id : each.text)) : found.results;
      this.options = page > 1 ? [...this.options.filter((each) => !each.isNew), ...here] : here;
      this.page = found.pagination.more ? page : 0;
      this.typed = typed;
      const isThere = [...this.options, ...this.kept.read()].some((each) => same(each.text, typed));
      if (this.creates && typed && !isThere) this.options.push({ text: typed, isNew: true });
      this.show(page > 1, marked);
    }

    more() {
      if (this.page) this.look(this.typed, this.page + 1);
    }

    // A late answer leaves the mark on the option that somebody went to meanwhile: Enter would take something else.
    show(keepsPlace, marked) {
      const count = this.options.filter((each) => !each.isNew).length;
      this.list.replaceChildren(...this.options.map((option, place) => {
        const words = make("span", { dir: "auto" }, option.isNew ? `Create “${option.text}”` : option.text);
        const line = make("li", { role: "option", id: `${this.list.id}-${place}`, "aria-selected": "false", class: option.isNew && "mdg-combo-new" }, words);
        if (option.picture) line.prepend(make("img", { src: option.picture, alt: "", width: 54, height: 36, loading: "lazy" }));
        if (option.note) line.append(make("span", { class: "mdg-combo-detail" }, option.note));
        return line;
      }));
      this.note.hidden = true;
      this.expand(this.options.length > 0);
      const again = marked ? this.options.findIndex((each) => each.id === marked.id && each.text === marked.text) : -1;
      if (keepsPlace) this.activate(this.active);
      else this.activate(again >= 0 ? again : this.creates || !this.typed ? -1 : 0);
      if (!this.options.length) this.tell(this.typed ? `Nothing fits “${this.typed}”.` : "There is nothing to choose from yet.");
      else this.say(`${count}${this.page ? " or more" : ""} ${count === 1 ? "result" : "results"}${this.options.some((each) => each.isNew) ? ", or create it" : ""}`);
    }

    expand(open) {
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
      if (open) this.list.scrollIntoView({ block: "nearest" });
    }

    close() {
      clearTimeout(this.waiting);
      this.asked?.abort();
      this.expand(false);
      this.activate(-1);
      this.wentThere = false;
      this.note.hidden = true;
    }

    go(place) {
      this.wentThere = true;
      this.activate(place);
    }

    activate(place) {
      const lines = this.list.children;
      lines[this.active]?.setAttribute("aria-selected", "false");
      this.active = place;
      const line = lines[place];
      if (!line) return this.input.removeAttribute("aria-activedescendant");
      line.setAttribute("aria-selected", "true");
      this.input.setAttribute("aria-activedescendant", line.id);
      line.scrollIntoView({ block: "nearest" });
      if (place >= lines.length - 3) this.more();
    }

    key(event) {
      const isOpen = !this.list.hidden;
      const count = this.options.length;
      const does = {
        ArrowDown: () => (isOpen ? !event.altKey && this.go((this.active + 1) % count) : this.open(0)),
        ArrowUp: () => {
          if (!isOpen) this.open(0);
          else if (event.altKey) this.close();
          else this.go(this.active <= 0 ? count - 1 : this.active - 1);
        },
        PageDown: () => isOpen && this.go(Math.min(count - 1, this.active + 8)),
        PageUp: () => isOpen && this.go(Math.max(0, this.active - 8)),
        Enter: () => {
          if (isOpen && this.active >= 0) this.take(this.options[this.active]);
          else if (this.input.value.trim() === (this.kept.multiple ? "" : this.kept.read()[0]?.text ?? "")) return false;
          else this.leave();
        },
        Escape: () => {
          if (isOpen || !this.note.hidden) this.close();
          else if (this.kept.multiple && this.input.value) this.input.value = "";
          else return false;
          this.refresh();
        },
        Backspace: () => {
          const last = this.kept.multiple && !this.input.value && this.kept.read().length;
          if (!last) return false;
          this.press(this.chips.lastElementChild.lastElementChild);
          this.input.focus();
        },
      }[event.key];
      if (!does || event.ctrlKey || event.metaKey || event.isComposing) return;
      if (does() === false) return;
      event.preventDefault();
      event.stopPropagation();
    }

    tell(words) {
      this.expand(false);
      this.note.textContent = words;
      this.note.hidden = false;
      this.say(words);
    }

    say(words) {
      this.says.textContent = words;
    }
  }

  const begin = (root) => {
    for (const carrier of root.querySelectorAll("[data-combobox]")) {
      // Rows of a form that are copied later are left as they are until then.
      if (!carrier.closest(".empty-form") && !carrier.hidden) new Combobox(carrier);
    }
  };
  begin(document);
  document.addEventListener("formset:added", (event) => begin(event.target));
}
