// The form of an item while somebody types: unsaved words are kept and guarded, a save that the server cannot take now
// costs nothing, and errors lead to their fields. The form works without it.
"use strict";
{
  const form = document.getElementById("curateditem_form");
  const drafts = window.medigyDrafts;
  const { item, unsaved } = form.dataset;
  const state = document.getElementById("mdg-unsaved");
  const NOT_WORDS = new Set(["csrfmiddlewaretoken", "version", "started", "upload", "_save", "_close", "_move"]);

  // --- What was changed ----------------------------------------------------------------------------------------------

  const words = () => {
    const said = {};
    for (const element of form.elements) {
      const { name } = element;
      if (!name || NOT_WORDS.has(name) || element.disabled || element.matches("button")) continue;
      said[name] ??= [];
      if (element.matches("select")) said[name].push(...[...element.selectedOptions].map((each) => ({ value: each.value, text: each.text })));
      else if (!element.matches("[type=checkbox], [type=radio]") || element.checked) said[name].push({ value: element.value });
    }
    return said;
  };
  const same = (one = [], other = []) => JSON.stringify(one.map((each) => each.value)) === JSON.stringify(other.map((each) => each.value));
  // After an error or a conflict nothing of what stands there is saved, so all of it counts.
  const first = words();
  const base = unsaved ? {} : first;
  const changed = () => Object.fromEntries(Object.entries(words()).filter(([name, said]) => !same(said, base[name])));
  const hasFile = () => Boolean(form.elements.upload?.files.length);
  const isDirty = () => Boolean(unsaved) || hasFile() || Object.keys(changed()).length > 0;

  // --- The draft -----------------------------------------------------------------------------------------------------

  const place = item || "new";
  let key = drafts.keyOf(place, form.elements.version?.value || "0");
  let waiting;
  const keep = () => {
    clearTimeout(waiting);
    const fields = changed();
    if (!Object.keys(fields).length) {
      drafts.drop(key);
      state.textContent = hasFile() ? "The picture is not saved yet." : "";
      return;
    }
    const { version, started } = form.elements;
    const kept = drafts.keep(key, {
      fields, version: version?.value, started: started?.value, title: form.elements.title.value, address: location.pathname,
    });
    state.textContent = kept ? "Not saved yet. A copy is kept in this browser." : "Not saved yet, and this browser keeps no copy.";
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 600);
  });
  form.addEventListener("change", keep);
  window.addEventListener("pagehide", () => waiting && isDirty() && !leaving && keep());

  const put = (name, said) => {
    const values = said.map((each) => each.value);
    for (const element of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (element.disabled) continue;
      if (element.matches("[type=checkbox], [type=radio]")) element.checked = values.includes(element.value);
      else if (element.matches("select")) {
        for (const { value, text } of said) {
          if (![...element.options].some((option) => option.value === value)) element.append(new Option(text, value));
        }
        for (const option of element.options) option.selected = values.includes(option.value);
      } else element.value = values[0] ?? "";
      element.dispatchEvent(new Event("combobox:refresh"));
      element.dispatchEvent(new Event("input", { bubbles: true }));
      element.closest("details")?.setAttribute("open", "");
    }
  };
  const nameOf = (name) => {
    const label = document.querySelector(`label[for="id_${CSS.escape(name)}"]`) ?? form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("fieldset")?.querySelector("legend");
    return label?.firstChild.textContent.trim() || name;
  };
  const shown = (said = []) => said.map((each) => each.text ?? each.value).join(", ") || "(nothing)";
  const piece = (tag, text, className = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = className;
    return element;
  };

  const offer = (draft) => {
    const notice = document.createElement("section");
    notice.className = "mdg-notice mdg-notice--weighty mdg-draft";
    notice.setAttribute("aria-label", "A draft that was not saved");
    const older = item && draft.version !== form.elements.version.value;
    notice.append(
      piece("h2", "Words of yours that were not saved"),
      piece("p", `Typed until ${new Date(draft.at).toLocaleString()}, kept in this browser alone.${older ? " The item was saved since: when you save the draft, both are brought together." : ""}`),
    );
    const list = document.createElement("dl");
    list.className = "mdg-three";
    for (const [name, said] of Object.entries(draft.fields)) {
      if (!form.querySelector(`[name="${CSS.escape(name)}"]`) || same(said, first[name])) continue;
      const before = document.createElement("dd");
      const after = document.createElement("dd");
      before.append(piece("del", shown(first[name])));
      after.append(piece("ins", shown(said)));
      list.append(piece("dt", nameOf(name)), before, after);
    }
    if (!list.children.length) return drafts.drop(draft.key);
    const take = piece("button", "Take the draft over", "mdg-button mdg-button--primary");
    const drop = piece("button", "Throw it away", "mdg-button mdg-button--danger");
    take.type = drop.type = "button";
    take.addEventListener("click", () => {
      // It goes on from where it began, so that what others saved since is brought together with it.
      for (const name of ["version", "started"]) if (item && draft[name]) form.elements[name].value = draft[name];
      for (const [name, said] of Object.entries(draft.fields)) put(name, said);
      drafts.drop(draft.key);
      key = drafts.keyOf(place, form.elements.version?.value || "0");
      notice.remove();
      keep();
      form.elements.title.focus();
    });
    drop.addEventListener("click", () => {
      drafts.drop(draft.key);
      notice.remove();
    });
    const buttons = piece("p", "", "mdg-draft-buttons");
    buttons.append(take, drop);
    notice.append(list, buttons);
    form.before(notice);
  };
  if (unsaved) keep();
  else drafts.of(place).forEach(offer);

  // --- Saving, and leaving -------------------------------------------------------------------------------------------

  const SLIP = 5000;
  let leaving = false;
  let asking = false;
  let last = { at: -Infinity };
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && isDirty()) event.preventDefault();
  });
  window.addEventListener("pageshow", () => (leaving = false));
  document.addEventListener("keydown", (event) => {
    const save = form.querySelector('[name="_save"]');
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !save) return;
    event.preventDefault();
    form.requestSubmit(save);
  });

  const warning = document.getElementById("mdg-not-sent");
  const warn = (sentence, link) => {
    warning.replaceChildren(piece("p", sentence));
    if (link) {
      const login = piece("a", "Log in, in another tab", "mdg-button");
      login.href = link;
      login.target = "_blank";
      warning.append(login);
    }
    warning.hidden = false;
    warning.focus();
  };
  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    if (leaving) {
      // The same button once more is a slip at first; later it is meant, should nothing have come of it.
      if (submitter === last.button && event.timeStamp - last.at < SLIP) event.preventDefault();
      return;
    }
    event.preventDefault();
    if (asking) return;
    asking = true;
    keep();
    try {
      const now = await window.medigySession();
      if (!now) {
        return warn("Your login has expired. Nothing you typed is lost: log in again in another tab, then press the button once more.", form.dataset.login);
      }
      if (!now.same) {
        return warn(`Meanwhile ${now.name} has logged in here. Log out there, log in as yourself, and press the button once more.`, form.dataset.login);
      }
    } catch {
      return warn("The newsroom cannot be reached. Nothing you typed is lost: look at your connection, then press the button once more.");
    } finally {
      asking = false;
    }
    warning.hidden = true;
    drafts.sent(key);
    leaving = true;
    last = { at: -Infinity };
    form.requestSubmit(submitter);
    last = { button: submitter, at: performance.now() };
  });

  // --- To the fields -------------------------------------------------------------------------------------------------

  const goTo = (hash) => {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target || !form.contains(target)) return false;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const box = target.matches("input, select, textarea, [tabindex]") ? target : target.querySelector("input, select, textarea") ?? target;
    box.scrollIntoView({ block: "center" });
    box.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && goTo(link.hash)) event.preventDefault();
  });
  const errors = document.getElementById("mdg-errors");
  if (errors) errors.focus();
  else if (location.hash) goTo(location.hash);
}
