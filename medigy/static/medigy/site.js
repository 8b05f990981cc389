// Lets readers choose between light and dark, and keeps the addresses of what they choose from lists short. Runs before
// the page is drawn, so that nothing flashes.
// A choice of colours is kept only while it differs from what the system prefers; without one, the system decides.

{
  const KEY = "theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  function keep(theme) {
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch {
      // It holds for this page.
    }
  }

  function show(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    const dark = (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    root.toggleAttribute("data-dark", dark);
    document.querySelector(".theme")?.setAttribute("aria-pressed", String(dark));
  }

  root.dataset.script = "";
  show(chosen());
  system.addEventListener("change", () => show(chosen()));
  addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) show(chosen());
  });
  document.addEventListener("DOMContentLoaded", () => {
    show(root.dataset.theme);
    document.querySelector(".theme")?.addEventListener("click", () => {
      const theme = "dark" in root.dataset ? "light" : "dark";
      const own = theme === (system.matches ? "dark" : "light") ? null : theme;
      keep(own);
      show(own);
    });
  });

  // What nobody chose is no part of the address that is shared.
  addEventListener("formdata", ({ target, formData }) => {
    if (target.method !== "get") return;
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}
