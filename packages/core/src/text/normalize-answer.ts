const numberWords = new Map(
  ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].map(
    (word, number) => [word, String(number)] as const,
  ),
);

const articles = new Set(["a", "an", "the"]);

/**
 * Contractions people write without the apostrophe. Common words of their own (its, were, well, ill, lets) are left
 * out, so that no two different words become one.
 */
const contractions = new Map(
  [
    ..."ain aren can couldn didn doesn don hadn hasn haven isn mightn mustn needn shouldn wasn weren won wouldn"
      .split(" ")
      .map((stem) => `${stem}'t`),
    ..."could've might've must've should've would've they've you've i've".split(" "),
    ..."that's there's what's where's who's how's she's he's it'll that'll they'll you'll".split(" "),
    ..."they're you're i'm".split(" "),
  ].map((word) => [word.replace("'", ""), word] as const),
);

/**
 * Brings an answer into the form in which answers are compared, in the manner of the VQA v2 evaluation: lower case,
 * no punctuation, no articles, number words zero to ten as digits, contractions with their apostrophe, single spaces.
 *
 * `"The X-ray."` → `"x ray"`, `"Two"` → `"2"`, `"1,000.5 mL"` → `"1000.5 ml"`, `"isnt"` → `"isn't"`.
 *
 * Where it departs from the VQA v2 script: Unicode is composed first (NFKC: full-width digits, ligatures) and all
 * Unicode punctuation goes; punctuation inside a text always becomes a space (the script's choice between a space and
 * nothing depends on other places of the text); `none` stays a word, since it is an answer of its own here. A text of
 * nothing but articles and punctuation keeps its lower-case form instead of becoming empty, so that `"A"` is not `""`.
 */
export function normalizeAnswer(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase().replace(/[‘’ʼ]/g, "'").trim();
  const words = lower
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, "")
    // A point stays only in front of a digit (2.5, .5); elsewhere it goes without leaving a space (e.g. → eg).
    .replace(/\.(?!\d)/g, "")
    // An apostrophe stays only inside a word; per cent is part of a figure.
    .replace(/(?<![\p{L}\p{N}])'|'(?![\p{L}\p{N}])/gu, " ")
    .replace(/[^\P{P}'%.]|[=+<>`|~^]/gu, " ")
    .split(/\s+/)
    .filter((word) => word !== "" && !articles.has(word))
    .map((word) => numberWords.get(word) ?? contractions.get(word) ?? word);
  return words.length === 0 ? lower : words.join(" ");
}
