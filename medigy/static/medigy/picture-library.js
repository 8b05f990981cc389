// Brings pictures into the library by drag, drop, paste or choice, one after the other, and says what became of each.
// Without it the form leads to a page that says the same.
"use strict";
{
  const form = document.getElementById("mdg-drop");
  const told = document.getElementById("mdg-outcomes");
  const box = form?.querySelector("input[type=file]");
  const piece = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });

  const tell = (outcome) => {
    const line = piece("div", "", `mdg-outcome mdg-outcome--${outcome.status}`);
    const words = document.createElement("div");
    if (outcome.small) line.append(Object.assign(document.createElement("img"), { src: outcome.small, alt: "", width: 72, height: 48 }));
    words.append(outcome.address ? Object.assign(piece("a", outcome.name, "mdg-title"), { href: outcome.address }) : piece("strong", outcome.name), piece("p", outcome.words, "mdg-sub"));
    line.append(words);
    return line;
  };
  const send = async (file) => {
    const data = new FormData();
    data.set("files", file);
    try {
      await window.medigySession();
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) return (await answer.json()).outcomes[0];
      return { name: file.name, status: "refused", words: answer.type === "opaqueredirect" || answer.status === 403 ? "Your login has expired. Log in again in another tab, then bring it once more." : answer.status === 413 ? "It is too large to be sent. Save it smaller." : "The newsroom could not take it now. Try once more." };
    } catch {
      return { name: file.name, status: "refused", words: "The newsroom cannot be reached. Look at your connection, then bring it once more." };
    }
  };
  let busy = Promise.resolve();
  const bring = (files) => {
    if (!files.length) return;
    const lines = files.map((file) => {
      const line = tell({ name: file.name, status: "taken", words: "On its way…" });
      told.append(line);
      return line;
    });
    busy = busy.then(async () => {
      const taken = [];
      for (const [place, file] of files.entries()) {
        const outcome = await send(file);
        outcome.name ||= file.name;
        lines[place].replaceWith(tell(outcome));
        if (outcome.pk && !outcome.alt) taken.push(outcome.pk);
      }
      if (!taken.length) return;
      const link = piece("a", taken.length === 1 ? "Describe it" : `Describe these ${taken.length}`, "mdg-button mdg-button--primary");
      link.href = `${form.dataset.words}?${taken.map((pk) => `pk=${pk}`).join("&")}`;
      const line = document.createElement("p");
      line.append(link);
      told.append(line);
    });
  };

  if (form) {
    form.querySelector("button[type=submit]").hidden = true;
    box.addEventListener("change", () => {
      bring([...box.files]);
      form.reset();
    });
    const hasFiles = (event) => [...(event.dataTransfer?.items ?? [])].some((each) => each.kind === "file");
    for (const name of ["dragenter", "dragover"]) {
      document.addEventListener(name, (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        form.classList.add("mdg-over");
      });
    }
    for (const name of ["dragleave", "drop"]) document.addEventListener(name, () => form.classList.remove("mdg-over"));
    document.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      bring([...event.dataTransfer.files]);
    });
    document.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      bring(files);
    });
  }
}
