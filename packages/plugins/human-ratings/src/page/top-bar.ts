import { button, element } from "./element.js";

interface TopBarActions {
  obey(command: "undo" | "help" | "previous" | "next"): void;
  /** Null where there is nothing to hand in. */
  readonly download: (() => void) | null;
}

/** Progress, and what concerns all items. */
export class TopBar {
  readonly root: HTMLElement;
  private readonly title = element("h1", { tabindex: "-1" });
  private readonly bar = element("progress", { "aria-label": "Rated" });
  private readonly count = element("span", { class: "count" });
  private readonly undoButton: HTMLButtonElement;
  private readonly downloadButton: HTMLButtonElement | null;

  constructor(rater: string, actions: TopBarActions, theme: HTMLElement) {
    this.undoButton = button("Undo", "U", () => {
      actions.obey("undo");
    });
    const { download } = actions;
    this.downloadButton = download && button("Save ratings", null, download);
    const step = (sign: string, label: string, go: () => void) => {
      const made = button(sign, null, go);
      made.setAttribute("aria-label", label);
      return made;
    };
    this.root = element(
      "header",
      { class: "top" },
      step("←", "Item before", () => {
        actions.obey("previous");
      }),
      this.title,
      step("→", "Item after", () => {
        actions.obey("next");
      }),
      this.bar,
      this.count,
      element("span", { class: "rater" }, rater),
      ...(this.downloadButton === null ? [] : [this.downloadButton]),
      this.undoButton,
      button("Keys", "?", () => {
        actions.obey("help");
      }),
      theme,
    );
  }

  show(title: string, rated: number, items: number, unsaved: number): void {
    this.title.textContent = title;
    this.bar.max = items;
    this.bar.value = rated;
    this.count.textContent = `${rated} of ${items} rated`;
    this.undoButton.disabled = rated === 0;
    if (this.downloadButton === null) return;
    this.downloadButton.textContent = unsaved === 0 ? "Save ratings" : `Save ratings (${unsaved} new)`;
    this.downloadButton.classList.toggle("primary", unsaved > 0 && rated === items);
  }

  /** Moves the focus to the title, which tells a screen reader that another item is there. */
  focusTitle(): void {
    this.title.focus({ preventScroll: true });
  }
}
