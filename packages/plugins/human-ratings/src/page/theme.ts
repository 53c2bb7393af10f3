import { button } from "./element.js";
import type { TextStorage } from "./storage.js";

const key = "rarl-theme";

/** A button that changes between dark and light; at first the page follows the system. */
export function themeButton(storage: TextStorage): HTMLButtonElement {
  const root = document.documentElement;
  const isDark = () =>
    root.dataset["theme"] === undefined
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : root.dataset["theme"] === "dark";
  const kept = storage.get(key);
  if (kept !== null) root.dataset["theme"] = kept;
  const made = button("", null, () => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
    storage.set(key, root.dataset["theme"]);
    name();
  });
  const name = () => {
    made.textContent = isDark() ? "Light" : "Dark";
    made.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  name();
  return made;
}
