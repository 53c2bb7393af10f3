export type BleuTokenizer = "13a" | "zh";

/**
 * Tokens as mteval-v13a makes them, or with every Chinese character on its own; the two tokenizers of sacrebleu of
 * these names.
 */
export function bleuTokens(text: string, tokenizer: BleuTokenizer): readonly string[] {
  const prepared =
    tokenizer === "13a" ? ` ${unescape(text.trimEnd())} ` : text.trim().replace(chinese, " $& ");
  const parted = prepared
    .replace(asciiPunctuation, " $& ")
    // A point or comma belongs to a number only between two digits.
    .replace(/([^0-9])([.,])/g, "$1 $2 ")
    .replace(/([.,])([^0-9])/g, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
  return parted.match(/\S+/g) ?? [];
}

/** All of ASCII's punctuation but the apostrophe, comma, hyphen and point. */
const asciiPunctuation = /[{-~[-` -&(-+:-@/]/g;

/**
 * What sacrebleu takes for Chinese: ideographs, full-width forms and the blocks around them. Two of its ranges begin
 * and end with a character beyond 16 bits that it spells as two, so that they run from U+2001 to U+2A6D and from U+2F81
 * to U+2FA1; they are kept, since scores are compared with sacrebleu's.
 */
const chinese = new RegExp(
  String.raw`[\u3400-\u4db5\u4e00-\u9fa5\u9fa6-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\u2001-\u2a6d\u2f81-\u2fa1` +
    String.raw`\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f` +
    String.raw`\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u2600-\u26ff\u2700-\u27bf\u3200-\u33ff]`,
  "gu",
);

function unescape(text: string): string {
  return text
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}
