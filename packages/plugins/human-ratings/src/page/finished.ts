import { element } from "./element.js";

/** What is said when every item has a rating. */
export function finished(isHandedIn: boolean): readonly HTMLElement[] {
  const next = isHandedIn
    ? "Press “Save ratings” at the top and send the file back."
    : "Everything is on disk; you may close this page.";
  return [
    element("h2", {}, "All items are rated. Thank you."),
    element("p", {}, next),
    element(
      "p",
      { class: "hint" },
      "The arrow keys go back to any item, and ",
      element("kbd", {}, "U"),
      " takes the last rating back.",
    ),
  ];
}
