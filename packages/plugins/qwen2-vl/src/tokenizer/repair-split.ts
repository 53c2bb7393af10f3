/** The contractions of the Qwen2 split; `(?i:` folds by Unicode, so that s also matches U+017F, the long s. */
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const FOLDED_CONTRACTIONS = "'(?:[sS\\u017F]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";

/**
 * A pre-tokenizer of tokenizer.json with its regular expressions in a form that the JavaScript library matches as the
 * reference does: the library folds `(?i:` over ASCII alone, which loses the long s.
 */
export function repairSplit(preTokenizer: unknown): unknown {
  if (Array.isArray(preTokenizer)) return preTokenizer.map(repairSplit);
  if (typeof preTokenizer !== "object" || preTokenizer === null) return preTokenizer;
  return Object.fromEntries(
    Object.entries(preTokenizer).map(([key, value]: [string, unknown]) => [
      key,
      key === "Regex" && typeof value === "string"
        ? value.replaceAll(CONTRACTIONS, FOLDED_CONTRACTIONS)
        : repairSplit(value),
    ]),
  );
}
