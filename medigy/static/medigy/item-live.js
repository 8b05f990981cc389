// What an item would look like, and what is worth knowing about it, while it is typed. All HTML comes from our own
// server, which has cleaned it; what readers would see stands in frames that run no script.
"use strict";
{
  const form = document.getElementById("curateditem_form");
  const { item, live, link, pasted } = form.dataset;
  const later = (wait, work) => {
    let waiting;
    return () => {
      clearTimeout(waiting);
      waiting = setTimeout(work, wait);
    };
  };
  const fill = (place, html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    place.replaceChildren(template.content);
  };

  // --- The card, the text, the checks --------------------------------------------------------------------------------

  const frame = (id) => {
    const place = document.getElementById(id);
    const box = place.querySelector("iframe");
    const fit = () => {
      const page = box.contentDocument?.body;
      if (page) box.style.height = `${Math.min(page.offsetHeight + 2, 900)}px`;
    };
    box.addEventListener("load", () => {
      // Light or dark, as the newsroom is, whatever the system says.
      box.contentDocument.documentElement.style.colorScheme = getComputedStyle(document.documentElement).colorScheme;
      fit();
      new ResizeObserver(fit).observe(box.contentDocument.body);
    });
    return (html) => {
      place.hidden = !html;
      if (html && box.srcdoc !== html) box.srcdoc = html;
    };
  };
  const showCard = frame("mdg-card-preview");
  const showText = frame("mdg-text-preview");
  const checks = document.getElementById("mdg-checks");
  const removed = document.getElementById("mdg-removed");
  const preview = document.getElementById("mdg-preview-switch");
  let asked;
  const look = async () => {
    asked?.abort();
    asked = new AbortController();
    const data = new FormData(form);
    data.delete("upload");
    if (item) data.set("item", item);
    try {
      const answer = await fetch(live, { method: "POST", body: data, redirect: "manual", signal: asked.signal });
      if (!answer.ok) return;
      const said = await answer.json();
      showCard(said.card);
      showText(preview.getAttribute("aria-pressed") === "true" ? said.text : "");
      fill(checks, said.checks);
      checks.closest("section").hidden = false;
      removed.textContent = said.problem || (said.removed.length ? `Readers get it without: ${said.removed.join("; ")}.` : "");
    } catch {
      // Without an answer what is shown stays as it is.
    }
  };
  const lookSoon = later(500, look);
  form.addEventListener("input", lookSoon);
  form.addEventListener("change", lookSoon);
  preview.hidden = false;
  preview.addEventListener("click", () => {
    preview.setAttribute("aria-pressed", String(preview.getAttribute("aria-pressed") !== "true"));
    look();
  });
  look();

  // --- The link ------------------------------------------------------------------------------------------------------

  const verdict = document.getElementById("mdg-verdict");
  const { community } = form.elements;
  const box = form.elements.link;
  let asking;
  const judge = async () => {
    asking?.abort();
    asking = new AbortController();
    const query = new URLSearchParams({ link: box.value, item: item || "", community: community.value });
    try {
      const answer = await fetch(`${link}?${query}`, { redirect: "manual", signal: asking.signal });
      if (answer.ok) fill(verdict, await answer.text());
    } catch {
      // The save tells, too.
    }
  };
  box.addEventListener("input", later(350, judge));
  community.addEventListener("change", judge);
  box.addEventListener("paste", () => setTimeout(() => {
    box.value = box.value.trim();
    judge();
  }));

  // --- Counters ------------------------------------------------------------------------------------------------------

  const segments = window.Intl?.Segmenter && new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const length = (text) => (segments ? [...segments.segment(text.trim())].length : [...text.trim()].length);
  for (const counted of form.querySelectorAll("[data-least]")) {
    const { least, most } = counted.dataset;
    const counter = document.createElement("p");
    counter.className = "mdg-counter";
    counter.id = `${counted.id}_counter`;
    counted.setAttribute("aria-describedby", `${counted.getAttribute("aria-describedby") || ""} ${counter.id}`.trim());
    const help = counted.parentElement.querySelector(".mdg-help");
    (help ?? counted).after(counter);
    const count = () => {
      const number = length(counted.value);
      const fits = number >= Number(least) && number <= Number(most);
      const advice = fits || !number ? "" : number > Number(most) ? ": longer than what is shown whole" : ": rather short";
      counter.textContent = `${number} of ${most} characters${advice}`;
      counter.classList.toggle("mdg-counter--off", Boolean(advice));
    };
    counted.addEventListener("input", count);
    count();
  }

  // --- The text: what marks it up, and what is pasted into it --------------------------------------------------------

  const text = form.elements.body;
  const told = document.getElementById("mdg-text-told");
  const insert = (words, from = text.selectionStart, to = text.selectionEnd) => {
    text.focus();
    text.setSelectionRange(from, to);
    // Only this way can it be undone.
    if (!document.execCommand("insertText", false, words)) {
      text.setRangeText(words, from, to, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const isHtml = () => /<\/?[a-z][^>]*>/i.test(text.value);
  const lines = (words, begin) => words.split("\n").map((line) => begin + line).join("\n");
  const marks = {
    bold: (words) => (isHtml() ? `<strong>${words}</strong>` : `**${words}**`),
    italic: (words) => (isHtml() ? `<em>${words}</em>` : `*${words}*`),
    heading: (words) => (isHtml() ? `<h2>${words}</h2>` : `## ${words}`),
    quote: (words) => (isHtml() ? `<blockquote><p>${words}</p></blockquote>` : lines(words, "> ")),
    list: (words) => (isHtml() ? `<ul>\n${words.split("\n").map((line) => `  <li>${line}</li>`).join("\n")}\n</ul>` : lines(words, "- ")),
    link: (words) => (isHtml() ? `<a href="https://">${words}</a>` : `[${words}](https://)`),
  };
  const mark = (name) => {
    if (text.disabled) return;
    const { selectionStart: start, selectionEnd: end } = text;
    const words = text.value.slice(start, end);
    const marked = marks[name](words);
    insert(marked);
    // What is to be typed next is chosen already: the address of a link, or the words between the marks.
    const hole = name === "link" && words ? marked.indexOf("https://") : marked.lastIndexOf(words || (isHtml() ? "</" : marked.slice(-1)));
    if (name === "link" && words) text.setSelectionRange(start + hole, start + hole + 8);
    else if (!words) text.setSelectionRange(start + hole, start + hole);
  };
  const tools = document.getElementById("mdg-marks");
  tools.hidden = text.disabled;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) mark(button.dataset.mark);
  });
  text.addEventListener("keydown", (event) => {
    const name = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (!name || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    mark(name);
  });
  text.addEventListener("paste", async (event) => {
    const html = event.clipboardData.getData("text/html");
    const plain = event.clipboardData.getData("text/plain");
    // What is marked up already, as source is that comes from an editor of programs, is taken as it is.
    if (!/<(p|h[1-6]|ul|ol|li|a|b|strong|em|i|table|blockquote|div)\b/i.test(html) || /<\/?(p|a|ul|h\d|div)\b[^>]*>/i.test(plain)) return;
    event.preventDefault();
    const { selectionStart: from, selectionEnd: to } = text;
    const data = new FormData();
    data.set("html", html);
    if (item) data.set("item", item);
    let clean = plain;
    let words = "Pasted as plain text: the newsroom could not be reached to clean it.";
    try {
      const answer = await fetch(pasted, { method: "POST", body: data, redirect: "manual" });
      const said = answer.ok ? await answer.json() : {};
      if (said.html) {
        clean = said.html;
        words = "Pasted and cleaned. To have the plain text alone, undo, and paste with Ctrl+Shift+V.";
      } else if (said.problem) words = said.problem;
    } catch {
      // The plain text it is.
    }
    insert(clean, from, to);
    told.textContent = words;
  });

  // --- The picture ---------------------------------------------------------------------------------------------------

  const picture = document.getElementById("mdg-picture");
  const { upload } = form.elements;
  const drawn = document.createElement("canvas");
  drawn.className = "mdg-preview";
  drawn.setAttribute("role", "img");
  const isPicture = (file) => file?.type.startsWith("image/");
  const show = async () => {
    const [file] = upload.files;
    const before = picture.querySelector(".mdg-preview:not(canvas)");
    drawn.remove();
    before.hidden = Boolean(file);
    if (!file) return;
    try {
      const bitmap = await createImageBitmap(file);
      const scale = Math.min(1, 640 / bitmap.width);
      drawn.width = bitmap.width * scale;
      drawn.height = bitmap.height * scale;
      drawn.getContext("2d").drawImage(bitmap, 0, 0, drawn.width, drawn.height);
      drawn.setAttribute("aria-label", `The chosen picture, ${file.name}, ${bitmap.width} by ${bitmap.height} pixels`);
      before.after(drawn);
    } catch {
      before.hidden = false;
    }
  };
  const choose = (file) => {
    if (upload.disabled || !isPicture(file)) return false;
    const files = new DataTransfer();
    files.items.add(file);
    upload.files = files.files;
    upload.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  upload.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) {
    picture.addEventListener(name, (event) => {
      if (![...event.dataTransfer.items].some((each) => each.kind === "file")) return;
      event.preventDefault();
      picture.classList.add("mdg-picture--over");
    });
  }
  for (const name of ["dragleave", "drop"]) picture.addEventListener(name, () => picture.classList.remove("mdg-picture--over"));
  picture.addEventListener("drop", (event) => {
    event.preventDefault();
    choose([...event.dataTransfer.files].find(isPicture));
  });
  document.addEventListener("paste", (event) => {
    if (event.defaultPrevented || event.clipboardData.getData("text/plain")) return;
    if (choose([...event.clipboardData.files].find(isPicture))) {
      event.preventDefault();
      picture.scrollIntoView({ block: "nearest" });
    }
  });
}
