import { sameAnswer } from "./same-answer.js";

/**
 * Index of the option that an answer names, or null when it names none or could mean several.
 *
 * The whole answer must be one of: the option's letter (`A`, `a`, `A.`, `A)`, `(A)`, `(A).`), the option's text, or
 * the letter followed by that very option's text (`(A) two`). A letter or option text inside a longer answer is
 * never looked for, so an answer that lists several options names none.
 */
export function chosenOption(answer: string, options: readonly string[]): number | null {
  // The text as it stands goes first: an option may itself be a letter, or differ from another only in punctuation.
  const verbatim = onlyIndex(options, (option) => fold(option) === fold(answer));
  if (verbatim !== null) return verbatim;

  // A point alone parts no label from a text without a space: `i.v. contrast` is an abbreviation.
  const labelled = /^(?:\(([a-z])\)|([a-z])(?=[.):\s]|$))([.):]?)(?:(?:\s|(?<=[):]|\)\.))\s*(.*))?$/is.exec(
    answer.trim(),
  );
  if (labelled !== null) {
    const [, enclosed, bare, mark, rest = ""] = labelled;
    const index = (enclosed ?? bare ?? "").toLowerCase().charCodeAt(0) - "a".charCodeAt(0);
    const option = options[index];
    if (option !== undefined && (rest === "" || sameAnswer(rest, option))) return index;
    // `(A) right` that is not option A contradicts itself; only in `a right` may the letter be an article.
    if (enclosed !== undefined || mark !== "") return null;
  }
  return onlyIndex(options, (option) => sameAnswer(option, answer));
}

function onlyIndex(options: readonly string[], matches: (option: string) => boolean): number | null {
  const found = options.flatMap((option, index) => (matches(option) ? [index] : []));
  return found.length === 1 ? found[0]! : null;
}

function fold(text: string): string {
  return text.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
}
