import { normalizeAnswer } from "../../text/normalize-answer.js";
import type { RuleScores, ScoredSample } from "./rule-scores.js";
import { tokenCounts, wordsOf } from "./token-counts.js";

/**
 * Scores as LLaVA-Med's evaluation script counts them, to compare with tables made by it; no measure of quality:
 *
 * - Closed: an answer that contains "yes" or "no" anywhere ("no" in "normal") is right when it contains the reference,
 *   and is otherwise left out of the denominator (null) instead of counting as wrong; one that contains neither is 0.
 * - Exact match (open): distinct reference words found, over all words of the answer, so a precision.
 * - Recall, precision and F1 (open): a shared word counts as often as the answer repeats it, so recall grows by
 *   repetition.
 *
 * Source: microsoft/LLaVA-Med, `llava/eval/run_eval.py` and `eval_metrics/evaluate_metrics.py` at ad758b6 (later versions have neither). Where it departs from
 * them: texts are normalised as everywhere in this SDK, not by the script's own variant of the VQA v2 rules.
 */
export function llavaMedScores(answer: string, { answer: reference, kind }: ScoredSample): RuleScores {
  const given = normalizeAnswer(answer);
  const wanted = normalizeAnswer(reference);
  if (kind !== "open") {
    return { ...noOpenScores, llava_med_closed: closedScore(given, wanted) };
  }
  return { ...openScores(wordsOf(given), wordsOf(wanted)), llava_med_closed: null };
}

const noOpenScores = {
  llava_med_exact_match: null,
  llava_med_precision: null,
  llava_med_recall: null,
  llava_med_f1: null,
};

function closedScore(given: string, wanted: string): number | null {
  if (!given.includes("yes") && !given.includes("no")) return 0;
  return given.includes(wanted) ? 1 : null;
}

function openScores(given: readonly string[], wanted: readonly string[]): RuleScores {
  const [answered, expected] = [tokenCounts(given), tokenCounts(wanted)];
  const found = [...expected.keys()].filter((word) => answered.has(word));
  const shared = found.reduce((sum, word) => sum + answered.get(word)!, 0);
  const missed = [...expected].reduce((sum, [word, count]) => sum + (answered.has(word) ? 0 : count), 0);
  const precision = shared === 0 ? 0 : shared / given.length;
  const recall = shared === 0 ? 0 : shared / (shared + missed);
  return {
    llava_med_exact_match: given.length === 0 ? 0 : found.length / given.length,
    llava_med_precision: precision,
    llava_med_recall: recall,
    llava_med_f1: shared === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  };
}
