// Drafts of unsaved words, kept in this browser alone: one for each person, item, version and tab; those of its comments
// for themselves. They go with the save that they were for, with the log-out, and after a month.
"use strict";
{
  const PREFIX = "medigy-draft:";
  const MONTH = 30 * 24 * 3600 * 1000;
  const user = document.querySelector('meta[name="mdg-user"]')?.content;

  const stored = () => {
    const found = [];
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(PREFIX)) continue;
        const [owner, item, version] = key.slice(PREFIX.length).split(":");
        const draft = JSON.parse(localStorage.getItem(key));
        if (!draft?.at || Date.now() - draft.at > MONTH) localStorage.removeItem(key);
        else if (owner === user) found.push({ key, item, version, ...draft });
      }
    } catch {
      // No storage, or not ours: there are no drafts then.
    }
    return found.sort((one, other) => other.at - one.at);
  };
  const tab = () => {
    try {
      sessionStorage.medigyTab ||= crypto.randomUUID?.() ?? String(Math.random()).slice(2);
      return sessionStorage.medigyTab;
    } catch {
      return "one";
    }
  };

  // Somebody logs out: what the page would keep as it is left would outlive that. Who stays and types on is still there.
  let isOver = false;
  document.addEventListener("input", () => (isOver = false), true);

  window.medigyDrafts = {
    of: (item) => stored().filter((draft) => draft.item === item),
    keyOf: (item, version) => `${PREFIX}${user}:${item}:${version}:${tab()}`,
    // Whether it could be kept: a full or forbidden storage is said, not hidden.
    keep(key, draft) {
      if (isOver) return false;
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), ...draft }));
        return true;
      } catch {
        return false;
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        // It is not there either.
      }
    },
    sent(key) {
      try {
        sessionStorage.medigySent = key;
      } catch {
        // Then the draft is offered once more, which does no harm.
      }
    },
  };

  // What was sent is saved, says the server: its draft has done its work.
  if (user && document.querySelector(".messagelist .mdg-kept")) {
    try {
      localStorage.removeItem(sessionStorage.medigySent);
      delete sessionStorage.medigySent;
    } catch {
      // Nothing was kept.
    }
  }

  document.getElementById("logout-form")?.addEventListener("submit", (event) => {
    const drafts = stored();
    const words = "There are words in this browser that you have not saved. Logging out takes them away. Log out?";
    if (drafts.length && !window.confirm(words)) event.preventDefault();
    else {
      isOver = true;
      drafts.forEach((draft) => window.medigyDrafts.drop(draft.key));
    }
  });

  // The desk tells of them.
  const desk = document.querySelector(".mdg-desk-page #content");
  const waiting = desk ? stored() : [];
  if (waiting.length) {
    const notice = document.createElement("section");
    notice.className = "mdg-notice";
    notice.setAttribute("aria-labelledby", "mdg-drafts");
    const head = document.createElement("h2");
    head.id = "mdg-drafts";
    head.textContent = "Not saved yet, kept in this browser";
    const list = document.createElement("ul");
    for (const draft of waiting) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = draft.address;
      link.textContent = draft.title || "A new item";
      line.append(link, `, ${new Date(draft.at).toLocaleString()}`);
      list.append(line);
    }
    notice.append(head, list);
    (document.querySelector(".mdg-head") ?? desk.firstElementChild).after(notice);
  }
}
