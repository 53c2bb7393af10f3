import { normalizeAnswer } from "../../text/normalize-answer.js";
import { sentenceBleu } from "./sentence-bleu.js";
import type { RuleScores, ScoredSample } from "./rule-scores.js";
import { sharedTokens, wordsOf } from "./token-counts.js";

/**
 * Token precision, recall, F1 and BLEU-1 of an answer to an open question, both texts normalised as for exact match.
 * A token counts as often as both texts have it (SQuAD's token F1). Closed and choice questions have none of them.
 */
export function openAnswerScores(answer: string, { answer: reference, kind }: ScoredSample): RuleScores {
  if (kind !== "open") return { token_precision: null, token_recall: null, token_f1: null, bleu_1: null };
  const given = wordsOf(normalizeAnswer(answer));
  const wanted = wordsOf(normalizeAnswer(reference));
  const shared = sharedTokens(given, wanted);
  return {
    token_precision: given.length === 0 ? 0 : shared / given.length,
    token_recall: wanted.length === 0 ? 0 : shared / wanted.length,
    token_f1: shared === 0 ? 0 : (2 * shared) / (given.length + wanted.length),
    bleu_1: sentenceBleu(given, wanted, 1),
  };
}
