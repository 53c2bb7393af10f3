/** How far a completion follows `<think>…</think><answer>…</answer>`. */
export type FormatLevel = "full" | "partial" | "none";

/** A completion taken apart at its tags. */
export interface ParsedCompletion {
  /** `full`: exactly one think block, then exactly one answer block, only white space outside, none nested. */
  readonly format: FormatLevel;
  /** Trimmed text of the think block; null unless there is exactly one well-formed block. */
  readonly think: string | null;
  /** Trimmed text of the answer block; null unless there is exactly one well-formed block. */
  readonly answer: string | null;
}

interface Tag {
  readonly text: string;
  /** Offset of `<`. */
  readonly start: number;
  /** Offset after `>`. */
  readonly end: number;
}

/**
 * Takes a completion apart at its `<think>` and `<answer>` tags, in time linear in its length.
 *
 * Tags are exactly the four ASCII, lower-case strings: `<Think>`, `< think>` and full-width look-alikes are text.
 * A block is well-formed when its opening tag is directly followed by its closing tag (no tag in between), no other
 * tag of its kind is anywhere in the text, and it does not stand inside the other block. So a second answer block, an
 * answer hidden in the reasoning or an answer outside the tags gives `answer: null`, never a guess. An opening
 * `<think>` that is never closed takes nothing with it: the answer block after it counts, the format does not.
 *
 * Source: RARL's format reward; "full" is our reading of it.
 */
export function parseCompletion(text: string): ParsedCompletion {
  const tags = findTags(text);
  if (tags.length === 0) return { format: "none", think: null, answer: null };
  return {
    format: isFull(text, tags) ? "full" : "partial",
    think: blockText(text, tags, "think"),
    answer: blockText(text, tags, "answer"),
  };
}

function findTags(text: string): Tag[] {
  return [...text.matchAll(/<\/?(?:think|answer)>/g)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function isFull(text: string, tags: readonly Tag[]): boolean {
  const order = tags.map((tag) => tag.text).join("");
  if (order !== "<think></think><answer></answer>") return false;
  const outside = [
    text.slice(0, tags[0]!.start),
    text.slice(tags[1]!.end, tags[2]!.start),
    text.slice(tags[3]!.end),
  ];
  return outside.every((part) => part.trim() === "");
}

function blockText(text: string, tags: readonly Tag[], kind: "think" | "answer"): string | null {
  const open = tags.findIndex((tag) => tag.text === `<${kind}>`);
  const close = open + 1;
  const ownTags = tags.filter((tag) => tag.text === `<${kind}>` || tag.text === `</${kind}>`).length;
  if (open < 0 || ownTags !== 2 || tags[close]?.text !== `</${kind}>`) return null;
  const other = kind === "think" ? "answer" : "think";
  const before = tags.slice(0, open).findLast((tag) => tag.text.endsWith(`${other}>`));
  const insideOther =
    before?.text === `<${other}>` && tags.slice(close + 1).some((tag) => tag.text === `</${other}>`);
  return insideOther ? null : text.slice(tags[open]!.end, tags[close].start).trim();
}
