import { normalizeAnswer } from "./normalize-answer.js";

/**
 * Comparisons, signs in front of a number, and findings marked positive or negative behind a word. A hyphen inside a
 * word or range and a dash between words are none.
 */
const sign = /[<>]=?|(?<![^\s(])[+-](?=\.?\d)|(?<=[\p{L}\p{N}])[+-](?=$|[\s,.;)])|(?<=\S\s+)[+-]$/gu;

/** One spelling for signs that have several. */
function foldSigns(text: string): string {
  return text.normalize("NFKC").replace(/[−–]/g, "-").replaceAll("≤", "<=").replaceAll("≥", ">=").trim();
}

/**
 * Whether two texts as wholes give the same answer: equal after `normalizeAnswer`, and with the same signs, which that
 * drops with the punctuation: `HER2+` is not `HER2-`, `-5` not `5`, and `<5 mm` not `>5 mm`. Empty texts are no answer
 * and equal nothing.
 */
export function sameAnswer(a: string, b: string): boolean {
  const [one, other] = [foldSigns(a), foldSigns(b)];
  const normalized = normalizeAnswer(one);
  const signs = (text: string) => (text.match(sign) ?? []).join("");
  return normalized !== "" && normalized === normalizeAnswer(other) && signs(one) === signs(other);
}
