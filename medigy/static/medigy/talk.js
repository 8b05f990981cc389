// Comments without leaving the page, names while they are typed, and who else has the item open. All of it works without.
"use strict";

const comments = () => document.getElementById("mdg-comments");
const talk = document.getElementById("mdg-talk");
const BY_SCRIPT = { "X-Requested-With": "fetch" };
const whole = talk.querySelector('[name="back"]').value === "page";
const itemForm = document.getElementById("curateditem_form");

// --- What was typed and not sent ---

const drafts = window.medigyDrafts;
const place = comments().dataset.address;
const key = drafts.keyOf(place, "0");
const untyped = new Map(); // what a box says when nothing is typed, by its name
let homeless = {}; // what was kept and has no box for now
let isKept = false;
let saving = false;
let waiting = 0;

const isTyped = (box) => box.value !== untyped.get(box.name);
const typed = () => {
  const { text, field, blocking } = talk.elements;
  const about = (box) => (box === text ? { field: field.value, blocking: blocking.checked } : {});
  const boxes = [...comments().querySelectorAll("textarea")].filter(isTyped);
  return Object.fromEntries(boxes.map((box) => [box.name, { value: box.value, ...about(box) }]));
};
const isDirty = () => Object.keys(typed()).length > 0;

const keep = () => {
  clearTimeout(waiting);
  waiting = 0;
  const words = { ...homeless, ...typed() };
  const title = `Comment on “${comments().dataset.title}”`;
  isKept = Object.keys(words).length > 0 && drafts.keep(key, { words, title, address: location.pathname });
  if (!isKept) drafts.drop(key);
  const said = isKept ? "Not sent yet. A copy is kept in this browser." : "Not sent yet, and this browser keeps no copy.";
  comments().querySelector(".mdg-unsent").textContent = isDirty() ? said : "";
};

// Puts words where they were typed, and gives back those that find no place. An answer to a thread that is resolved by
// now, or a change of a comment that is gone, can begin a new comment.
const put = (words) => {
  const left = {};
  for (const name of Object.keys(words).sort()) {
    const { value, field = "", blocking = false } = words[name];
    const { text } = talk.elements;
    const box = talk.elements[name] ?? (whole || name.startsWith("text-") ? text : null);
    if (box?.value === value) continue;
    if (!box || isTyped(box)) {
      left[name] = words[name];
      continue;
    }
    box.value = value;
    box.closest("details").open = true;
    if (box !== text) continue;
    talk.elements.field.value = field;
    talk.elements.blocking.checked = blocking;
  }
  return left;
};

// What was sent is kept nowhere any more, not by another tab either.
const forget = (name, value) => {
  for (const draft of drafts.of(place)) {
    if (draft.words[name]?.value !== value) continue;
    delete draft.words[name];
    if (Object.keys(draft.words).length) drafts.keep(draft.key, draft);
    else drafts.drop(draft.key);
  }
};

// Whoever saves the item comes back to the comment, or finds it on the desk. Who leaves otherwise is asked.
itemForm?.addEventListener("submit", (event) => {
  saving = !event.defaultPrevented;
  if (saving) keep();
});
window.addEventListener("beforeunload", (event) => {
  if (isDirty() && !(saving && isKept)) event.preventDefault();
});
window.addEventListener("pagehide", () => waiting && keep());
window.addEventListener("pageshow", () => (saving = false));

// --- Comments ---

// What is half written in other boxes outlives the new list; so does the place of the cursor.
const replace = (html) => {
  const old = comments();
  const words = typed();
  const active = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(new DOMParser().parseFromString(html, "text/html").getElementById("mdg-comments"));
  begin();
  homeless = put({ ...homeless, ...words });
  keep();
  if (active) document.getElementById(active)?.focus();
};

const refresh = async () => {
  const answer = await fetch(comments().dataset.address + (whole ? "?all" : ""), { headers: BY_SCRIPT });
  if (answer.ok && !answer.redirected) replace(await answer.text());
};

talk.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  const [deed, number = ""] = button.value.split(" ");
  const said = document.getElementById({ add: "id_comment", reply: "id_text_", edit: "id_edit_", delete: "id_edit_" }[deed] + number);
  const value = said?.value;
  const words = new FormData(talk, button);
  button.disabled = true;
  try {
    const now = await window.medigySession();
    if (!now?.same) throw new Error("signed out");
    words.set("csrfmiddlewaretoken", now.token);
    const address = comments().dataset.address + (whole ? "?all" : "");
    const answer = await fetch(address, { method: "POST", body: words, headers: BY_SCRIPT });
    if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (said && !html.includes("data-refused")) {
      forget(said.name, value);
      if (said.value === value) said.value = untyped.get(said.name);
    }
    replace(html);
    const refused = comments().querySelector("[data-refused]");
    if (refused) refused.scrollIntoView({ block: "nearest" });
    else say(`${button.firstChild.textContent.trim()}: done.`);
  } catch {
    button.disabled = false;
    say("That could not be sent. Are you still signed in, and online? Nothing of what you wrote is lost.", true);
  }
});

const say = (words, wrong = false) => {
  comments().querySelector(".mdg-said")?.remove();
  const line = document.createElement("p");
  line.className = wrong ? "mdg-said mdg-notice mdg-notice--wrong" : "mdg-said visually-hidden";
  line.setAttribute("role", wrong ? "alert" : "status");
  comments().append(line);
  line.textContent = words;
};

// The mark of a field begins a comment on that field.
document.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-comment-on]");
  const box = document.getElementById("id_comment");
  if (!mark || !box || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  box.closest("details").open = true;
  document.getElementById("id_comment_field").value = mark.dataset.commentOn;
  box.focus();
  box.scrollIntoView({ block: "center" });
});

// --- Mentions ---

const mention = (box) => {
  const list = document.createElement("ul");
  list.className = "mdg-mention-list";
  list.id = `${box.id}_people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  list.hidden = true;
  const frame = document.createElement("div");
  frame.className = "mdg-mention-box";
  box.replaceWith(frame);
  frame.append(box, list);
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  let waiting;
  let chosen = -1;
  const typed = () => /(?:^|[^\w@.+-])@([\w.+-]*)$/.exec(box.value.slice(0, box.selectionStart));
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    chosen = (number + list.children.length) % list.children.length;
    [...list.children].forEach((line, each) => line.setAttribute("aria-selected", String(each === chosen)));
    box.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const take = (username) => {
    const end = box.selectionStart;
    box.setRangeText(`${username} `, end - typed()[1].length, end, "end");
    close();
    box.focus();
  };
  const look = async () => {
    const begun = typed();
    if (!begun) return close();
    const answer = await fetch(`${comments().dataset.people}?q=${encodeURIComponent(begun[1])}`);
    if (!answer.ok || answer.redirected || !typed()) return close();
    const { people } = await answer.json();
    if (!people.length) return close();
    list.replaceChildren(...people.map(({ username, name }, number) => {
      const line = document.createElement("li");
      line.id = `${list.id}_${number}`;
      line.setAttribute("role", "option");
      line.textContent = name === username ? `@${username}` : `${name} @${username}`;
      line.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(username);
      });
      line.dataset.username = username;
      return line;
    }));
    list.hidden = false;
    choose(0);
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 150);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      return talk.requestSubmit(box.closest("details").querySelector("button[form]"));
    }
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen].dataset.username);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
};

const begin = () => {
  // What was refused stands in its box again: it is typed, and not sent.
  const isRefused = comments().querySelector("[data-refused]") !== null;
  for (const box of comments().querySelectorAll("[data-mention]")) {
    if (!isRefused || !untyped.has(box.name)) untyped.set(box.name, box.name.startsWith("edit-") ? box.defaultValue : "");
    mention(box);
  }
  const state = document.createElement("p");
  state.className = "mdg-unsent";
  state.setAttribute("role", "status");
  comments().append(state);
  // A comment is no change of the item: the item's form hears nothing of it.
  comments().addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(keep, 600);
  });
  comments().addEventListener("change", (event) => {
    event.stopPropagation();
    keep();
  });
};
begin();
// What stands here moves here: another tab's copy would come back after it was sent. This tab's own comes first.
for (const draft of drafts.of(place).sort((one, other) => (other.key === key) - (one.key === key))) {
  const words = put(draft.words);
  if (draft.key === key) homeless = words;
  else if (Object.keys(words).length) drafts.keep(draft.key, { ...draft, words });
  else drafts.drop(draft.key);
}
keep();

// --- Presence ---

const present = document.getElementById("mdg-presence");
const EVERY = 30000;
if (present) {
  let typing = false;
  let stays = false;
  let sent = 0;
  const body = (what) => {
    const data = new FormData();
    if (what) data.append(what, "1");
    return data;
  };
  const show = ({ others, unread, comments: stamp }) => {
    const lines = others.map((words) => {
      const line = document.createElement("p");
      line.textContent = words;
      return line;
    });
    if (present.innerText.trim() !== others.join("\n")) present.replaceChildren(...lines);
    const count = document.querySelector("[data-unread]");
    if (count) {
      count.textContent = unread > 99 ? "99+" : String(unread);
      count.parentElement.hidden = !unread;
    }
    if (stamp === comments().dataset.stamp) return;
    if (!comments().contains(document.activeElement)) refresh();
    else if (!comments().querySelector(".mdg-new-comments")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mdg-button mdg-new-comments";
      button.textContent = "There are new comments: show them";
      button.addEventListener("click", refresh);
      comments().querySelector(".mdg-panel-head").after(button);
    }
  };
  const ping = async () => {
    const mine = (sent = Date.now());
    const what = typing ? "typing" : "";
    typing = false;
    try {
      const answer = await fetch(present.dataset.address, { method: "POST", body: body(what), redirect: "manual" });
      if (mine !== sent) return; // a later one knows more
      if (answer.type === "opaqueredirect") {
        const line = document.createElement("p");
        line.textContent = "You are signed out. Sign in in another tab before you save.";
        present.replaceChildren(line);
      } else if (answer.ok) show(await answer.json());
    } catch {
      // Offline: the next one may get through.
    }
  };
  itemForm?.addEventListener("input", () => {
    typing = true;
    if (Date.now() - sent > EVERY / 2) ping();
  });
  itemForm?.addEventListener("submit", (event) => {
    stays = event.submitter?.name !== "_close";
  });
  setInterval(() => {
    if (!document.hidden || Date.now() - sent > 8 * EVERY) ping();
  }, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - sent > EVERY / 2) ping();
  });
  window.addEventListener("pagehide", () => {
    if (!stays) navigator.sendBeacon(present.dataset.address, body("leaving"));
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) ping();
  });
}
