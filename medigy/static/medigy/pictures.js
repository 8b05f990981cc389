// What is said of pictures while it is typed: advice on alt texts, and the focus with what each shape shows.
// Without it there are the boxes, and two numbers for the focus.
"use strict";
{
  // --- Advice --------------------------------------------------------------------------------------------------------

  const advise = (box) => {
    const host = box.closest("[data-advice-url]");
    if (!host) return;
    const place = document.createElement("div");
    place.setAttribute("role", "status");
    box.after(place);
    document.querySelectorAll(`[data-advice-of="${CSS.escape(box.id)}"]`).forEach((each) => each.remove());
    let waiting;
    const ask = async () => {
      const words = box.value.trim();
      const title = box.dataset.title ?? host.dataset.title ?? "";
      const query = new URLSearchParams({ alt: words, title: host.elements?.title?.value ?? title, pk: box.dataset.advice });
      let advice = [];
      if (words) {
        try {
          const answer = await fetch(`${host.dataset.adviceUrl}?${query}`, { redirect: "manual" });
          if (!answer.ok) return;
          ({ advice } = await answer.json());
        } catch {
          return; // It is advice: without it all works.
        }
      }
      if (words !== box.value.trim()) return;
      place.replaceChildren(...advice.map((words) => {
        const line = document.createElement("p");
        line.className = "mdg-advice";
        line.textContent = words;
        return line;
      }));
    };
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, 400);
    });
    ask();
  };

  // --- The focus -----------------------------------------------------------------------------------------------------

  const focus = (part) => {
    const [x, y] = ["focal_x", "focal_y"].map((name) => part.querySelector(`[name="${name}"]`));
    const frame = part.querySelector(".mdg-focus-picture");
    const { width, height } = part.dataset;
    const point = document.createElement("button");
    point.type = "button";
    point.className = "mdg-focus-point";
    const within = (number) => Math.min(100, Math.max(0, Number(number) || 0));
    const show = () => {
      const [left, top] = [within(x.value), within(y.value)];
      point.style.left = `${left}%`;
      point.style.top = `${top}%`;
      point.setAttribute("aria-label", `Focus, ${left} % from the left, ${top} % from the top. Move it with the arrow keys`);
      for (const image of part.querySelectorAll("[data-ratio]")) {
        // The largest part of that ratio, as near to the focus as it can be: as the files are made.
        const ratio = Number(image.dataset.ratio);
        const [wide, high] = width / ratio <= height ? [Number(width), width / ratio] : [height * ratio, Number(height)];
        const place = (share, whole, shown) => (whole - shown < 0.5 ? 50 : Math.min(Math.max((share / 100) * whole - shown / 2, 0), whole - shown) / (whole - shown) * 100);
        image.style.objectPosition = `${place(left, width, wide)}% ${place(top, height, high)}%`;
      }
    };
    const put = (left, top) => {
      x.value = Math.round(within(left) * 10) / 10;
      y.value = Math.round(within(top) * 10) / 10;
      x.dispatchEvent(new Event("input", { bubbles: true }));
    };
    part.querySelector(".mdg-crops").hidden = false;
    for (const box of [x, y]) box.addEventListener("input", show);
    show();
    if (x.disabled) return;
    frame.append(point);
    const follow = (event) => {
      const { left, top, width: wide, height: high } = frame.getBoundingClientRect();
      put(((event.clientX - left) / wide) * 100, ((event.clientY - top) / high) * 100);
    };
    frame.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      frame.setPointerCapture(event.pointerId);
      point.focus();
      follow(event);
    });
    frame.addEventListener("pointermove", (event) => {
      if (frame.hasPointerCapture(event.pointerId)) follow(event);
    });
    point.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const much = event.shiftKey ? 10 : 1;
      put(Number(x.value) + by[0] * much, Number(y.value) + by[1] * much);
    });
  };

  window.medigyPictures = (root) => {
    root.querySelectorAll("[data-advice]").forEach(advise);
    root.querySelectorAll("[data-focus]").forEach(focus);
  };
  window.medigyPictures(document);

  // --- Unsaved words -------------------------------------------------------------------------------------------------

  const form = document.querySelector("form[data-guard]");
  let sent = false;
  form?.addEventListener("submit", () => (sent = true));
  window.addEventListener("beforeunload", (event) => {
    const changed = form && [...form.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue);
    if (changed && !sent) event.preventDefault();
  });
}
