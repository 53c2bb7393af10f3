import { button, element } from "./element.js";
import { shortcutHelp } from "./keyboard.js";

/** The list of keys, and the switch that turns keys of one letter off. */
export class HelpDialog {
  readonly root: HTMLDialogElement;
  private readonly closeButton: HTMLButtonElement;
  private readonly single = element("input", { type: "checkbox", checked: true });

  constructor() {
    const groups = Object.entries(shortcutHelp).map(([title, shortcuts]) => {
      const rows = shortcuts.flatMap(({ keys, does }) => [
        element("dt", {}, ...keys.map((key) => element("kbd", {}, key))),
        element("dd", {}, does),
      ]);
      return element("section", {}, element("h3", {}, title), element("dl", {}, ...rows));
    });
    this.closeButton = button("Close", "Esc", () => {
      this.root.close();
    });
    this.root = element(
      "dialog",
      { class: "help", "aria-labelledby": "help-title" },
      element("h2", { id: "help-title" }, "Keys"),
      element("div", { class: "help-groups" }, ...groups),
      element("label", { class: "check" }, this.single, "Keys of one character work (off for voice control)"),
      this.closeButton,
    );
  }

  get singleKeys(): boolean {
    return this.single.checked;
  }

  open(): void {
    if (this.root.open) return;
    this.root.showModal();
    this.closeButton.focus();
  }
}
