/** What a key can ask for. */
export type Command =
  | "one"
  | "zero"
  | "question-up"
  | "question-down"
  | "save"
  | "undo"
  | "skip"
  | "note"
  | "previous"
  | "next"
  | "page-up"
  | "page-down"
  | "zoom-in"
  | "zoom-out"
  | "fit"
  | "actual-size"
  | "pan-left"
  | "pan-right"
  | "pan-up"
  | "pan-down"
  | "contrast-more"
  | "contrast-less"
  | "brighter"
  | "darker"
  | "invert"
  | "reset-window"
  | "next-image"
  | "help";

interface Shortcut {
  readonly command: Command;
  /** Values of KeyboardEvent.key; letters in lower case. */
  readonly keys: readonly string[];
  readonly shift?: boolean;
}

export interface ShortcutHelp {
  readonly keys: readonly string[];
  readonly does: string;
}

const shortcuts: readonly Shortcut[] = [
  { command: "one", keys: ["1"] },
  { command: "zero", keys: ["0"] },
  { command: "question-up", keys: ["ArrowUp"] },
  { command: "question-down", keys: ["ArrowDown"] },
  { command: "save", keys: ["Enter"] },
  { command: "undo", keys: ["u"] },
  { command: "skip", keys: ["k"] },
  { command: "note", keys: ["n"] },
  { command: "previous", keys: ["ArrowLeft"] },
  { command: "next", keys: ["ArrowRight"] },
  { command: "page-up", keys: ["PageUp"] },
  { command: "page-down", keys: ["PageDown"] },
  { command: "zoom-in", keys: ["+", "="] },
  { command: "zoom-out", keys: ["-"] },
  { command: "fit", keys: ["f"] },
  { command: "actual-size", keys: ["a"] },
  { command: "pan-left", keys: ["ArrowLeft"], shift: true },
  { command: "pan-right", keys: ["ArrowRight"], shift: true },
  { command: "pan-up", keys: ["ArrowUp"], shift: true },
  { command: "pan-down", keys: ["ArrowDown"], shift: true },
  { command: "contrast-more", keys: ["e"] },
  { command: "contrast-less", keys: ["w"] },
  { command: "brighter", keys: ["d"] },
  { command: "darker", keys: ["s"] },
  { command: "invert", keys: ["i"] },
  { command: "reset-window", keys: ["r"] },
  { command: "next-image", keys: ["x"] },
  { command: "help", keys: ["?"] },
];

/** The same for people, in the groups of the help. */
export const shortcutHelp: Readonly<Record<string, readonly ShortcutHelp[]>> = {
  Rating: [
    { keys: ["1"], does: "similar to the reference; goes on to the next question" },
    { keys: ["0"], does: "not similar" },
    { keys: ["↑", "↓"], does: "the question before, the question after" },
    { keys: ["Enter"], does: "save, and show the next item" },
    { keys: ["N"], does: "write a note; Esc leaves it, Ctrl+Enter saves" },
    { keys: ["K"], does: "skip: it cannot be scored" },
    { keys: ["U"], does: "take the last saved rating back" },
    { keys: ["←", "→"], does: "look at the item before or after" },
    { keys: ["PgUp", "PgDn"], does: "scroll the text" },
  ],
  Image: [
    { keys: ["+", "−"], does: "zoom; also the wheel, or two fingers" },
    { keys: ["F", "A"], does: "fit, actual size" },
    { keys: ["Shift", "arrows"], does: "move; also drag" },
    { keys: ["E", "W"], does: "more, less contrast; also drag sideways with the right button" },
    { keys: ["D", "S"], does: "brighter, darker; also drag up and down with the right button" },
    { keys: ["I", "R"], does: "invert; reset the window" },
    { keys: ["X"], does: "next image, where there are several" },
  ],
};

/** What `event` asks for, or null when it is for the element that has the focus or for the browser. */
export function commandOf(event: KeyboardEvent, singleKeys: boolean): Command | null {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return null;
  const { target } = event;
  if (target instanceof Element && target.closest("dialog") !== null) return null;
  const writes =
    target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "radio");
  if (event.ctrlKey) {
    if (event.key === "Enter") return "save";
    return event.key === "z" && !writes ? "undo" : null;
  }
  if (writes) return null;
  const isRadio = target instanceof HTMLInputElement;
  if (isRadio && !event.shiftKey && event.key.startsWith("Arrow")) return null;
  const isPressable = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
  if (isPressable && (event.key === "Enter" || event.key === " ")) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!singleKeys && key.length === 1) return null;
  const isArrow = key.startsWith("Arrow");
  const found = shortcuts.find(
    ({ keys, shift }) => keys.includes(key) && (!isArrow || (shift ?? false) === event.shiftKey),
  );
  return found?.command ?? null;
}
