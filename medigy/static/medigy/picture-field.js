// The picture of an item: chosen from the library in a box, or brought by drag, drop, paste or choice, with what became
// of it at once. Without it there are the list, and the file that goes up with the form.
"use strict";
{
  const form = document.getElementById("curateditem_form");
  const field = document.getElementById("mdg-picture");
  const tools = document.getElementById("mdg-picture-tools");
  const told = document.getElementById("mdg-picture-told");
  const { upload, featured_image: choice, image_alt: alt } = form.elements;
  const { pick, add, about } = field.dataset;
  const aboutButton = document.getElementById("mdg-picture-about");

  const show = ({ pk, label, large, width, height, alt: words = "", credit = "" }) => {
    if (![...choice.options].some((option) => option.value === String(pk))) choice.append(new Option(label, pk));
    choice.value = String(pk);
    choice.dispatchEvent(new Event("combobox:refresh"));
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    field.querySelectorAll("canvas.mdg-preview").forEach((each) => each.remove());
    const image = Object.assign(document.createElement("img"), { className: "mdg-preview", src: large, alt: words, width, height });
    field.querySelector(".mdg-preview").replaceWith(image);
    told.textContent = `${label}${credit ? ` · ${credit}` : " · no credit yet"}`;
    alt.dataset.advice = pk;
    mark();
  };
  const mark = () => (aboutButton.hidden = !choice.value);
  choice.addEventListener("change", () => {
    const { value } = choice;
    mark();
    const image = field.querySelector(".mdg-preview");
    const large = value && about.replace("/0/about/", `/${value}/picture/`);
    if (!value || image.getAttribute("src") === large || upload.files.length) return;
    const other = Object.assign(document.createElement("img"), { className: "mdg-preview", src: large, alt: choice.selectedOptions[0].text });
    image.replaceWith(other);
    told.textContent = "";
  });

  // --- From the library ----------------------------------------------------------------------------------------------

  const box = document.getElementById("mdg-picker");
  const search = box.querySelector("input");
  const found = box.querySelector(".mdg-picked");
  let asked;
  const look = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${pick}?${new URLSearchParams({ q: search.value })}`, { redirect: "manual", signal: asked.signal });
      if (!answer.ok) throw new Error();
      // From our own server, which has escaped what people typed.
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      // A late answer must not take the focus from who is among the pictures already.
      const held = found.contains(document.activeElement) ? document.activeElement.dataset.pick : "";
      found.replaceChildren(template.content);
      if (held) (found.querySelector(`[data-pick="${held}"]`) ?? search).focus();
    } catch (error) {
      if (error.name !== "AbortError") found.textContent = "The library cannot be reached. Look at your connection and your login.";
    }
  };
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 250);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "ArrowDown") found.querySelector("button")?.focus();
  });
  found.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = [...found.querySelectorAll("button")];
    const here = all.indexOf(document.activeElement);
    if (!by || here < 0) return;
    event.preventDefault();
    (all[here + by] ?? search).focus();
  });
  found.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (!button) return;
    const { pick: pk, label, alt: words, credit, large, width, height } = button.dataset;
    upload.value = "";
    show({ pk, label, alt: words, credit, large, width, height });
    box.close();
  });
  document.getElementById("mdg-picture-pick").addEventListener("click", () => {
    box.showModal();
    search.focus();
    look();
  });

  // --- What is said of it --------------------------------------------------------------------------------------------

  const words = document.getElementById("mdg-about");
  aboutButton.addEventListener("click", async () => {
    try {
      const answer = await fetch(about.replace("/0/", `/${choice.value}/`), { redirect: "manual" });
      if (!answer.ok) throw new Error();
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      words.querySelector(".mdg-about-body").replaceChildren(template.content);
    } catch {
      told.textContent = "The picture cannot be opened now. Look at your connection and your login.";
      return;
    }
    words.showModal();
    const inner = words.querySelector("form");
    inner.dataset.adviceUrl = form.dataset.adviceUrl;
    window.medigyPictures(words);
    inner.addEventListener("submit", async (event) => {
      event.preventDefault();
      const status = inner.querySelector(".mdg-about-told");
      try {
        await window.medigySession();
        const answer = await fetch(inner.action, { method: "POST", body: new FormData(inner), redirect: "manual" });
        if (!answer.ok) throw new Error();
        const said = await answer.json();
        status.textContent = said.words;
        if (said.version) inner.elements.version.value = said.version;
        if (!said.saved) return;
        told.textContent = `The picture is saved${said.credit ? ` · ${said.credit}` : ""}.`;
        form.dispatchEvent(new Event("change"));
        words.close();
      } catch {
        status.textContent = "Not saved: the newsroom cannot be reached, or your login has expired. What you typed stands here.";
      }
    });
  });
  for (const dialog of [box, words]) {
    dialog.addEventListener("click", (event) => (event.target.closest("[data-close]") || event.target === dialog) && dialog.close());
    // What is typed here is no word of the item.
    for (const name of ["input", "change", "keydown"]) dialog.addEventListener(name, (event) => event.stopPropagation());
  }

  // --- A new one -----------------------------------------------------------------------------------------------------

  upload.addEventListener("change", async () => {
    const [file] = upload.files;
    if (!file) return;
    told.textContent = `${file.name}: on its way…`;
    const data = new FormData();
    data.set("files", file);
    try {
      await window.medigySession();
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(add, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok) throw new Error();
      const [outcome] = (await answer.json()).outcomes;
      if (upload.files[0] !== file) return;
      if (outcome.status === "refused") {
        told.textContent = `${file.name} was not taken. ${outcome.words}`;
        upload.value = "";
        upload.dispatchEvent(new Event("change"));
        return;
      }
      upload.value = "";
      show(outcome);
      told.textContent = `${file.name}: ${outcome.words}`;
    } catch {
      told.textContent = `${file.name} could not be sent now. It goes up when you save.`;
    }
  });
  tools.hidden = upload.disabled;
  mark();
}
