// Comments without leaving the page, names while they are typed, and who else has the item open. All of it works without.
"use strict";

const comments = () => document.getElementById("mdg-comments");
const talk = document.getElementById("mdg-talk");
const BY_SCRIPT = { "X-Requested-With": "fetch" };
const whole = talk.querySelector('[name="back"]').value === "page";

// --- Comments ---

// What is half written in other boxes outlives the new list; so does the place of the cursor.
const replace = (html) => {
  const old = comments();
  const kept = new Map([...old.querySelectorAll("textarea")].map((box) => [box.id, box.value]));
  const active = old.contains(document.activeElement) ? document.activeElement.id : "";
  const shown = new DOMParser().parseFromString(html, "text/html").getElementById("mdg-comments");
  for (const box of shown.querySelectorAll("textarea")) {
    if (!box.value && kept.get(box.id)) {
      box.value = kept.get(box.id);
      box.closest("details").open = true;
    }
  }
  old.replaceWith(shown);
  if (active) document.getElementById(active)?.focus();
  begin();
};

const refresh = async () => {
  const answer = await fetch(comments().dataset.address + (whole ? "?all" : ""), { headers: BY_SCRIPT });
  if (answer.ok && !answer.redirected) replace(await answer.text());
};

talk.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  const box = { add: "id_comment", reply: "id_text_", edit: "id_edit_" }[button.value.split(" ")[0]];
  const number = button.value.split(" ")[1] || "";
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
    const sent = box && document.getElementById(box + number);
    if (sent && !html.includes("data-refused")) sent.value = "";
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
  comments().querySelectorAll("[data-mention]").forEach(mention);
  // A comment is no change of the item: typing one leaves nothing unsaved.
  for (const kind of ["input", "change"]) comments().addEventListener(kind, (event) => event.stopPropagation());
};
begin();

// --- Presence ---

const present = document.getElementById("mdg-presence");
const EVERY = 30000;
if (present) {
  let typing = false;
  let stays = false;
  let sent = 0;
  const form = document.getElementById("curateditem_form");
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
  form?.addEventListener("input", () => {
    typing = true;
    if (Date.now() - sent > EVERY / 2) ping();
  });
  form?.addEventListener("submit", (event) => {
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
