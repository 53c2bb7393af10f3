import type { RuleScores, ScoredSample } from "./rule-scores.js";
import { sentenceBleu } from "./sentence-bleu.js";
import { stemWord } from "./stem-word.js";
import { stopWords } from "./stop-words.js";
import { wordsOf } from "./token-counts.js";

/**
 * VQA-Med's two measures. Accuracy is strict: the whole answer equals the reference, but for case and punctuation.
 * BLEU is of texts in lower case, without punctuation and stop words, stemmed (Snowball English). The best counts over
 * the alternatives of the release's answer (`#` between them, in `meta.writtenAnswer`), each with and without what
 * stands in brackets. Two texts of which nothing is left score 1.
 */
export function vqaMedScores(answer: string, sample: ScoredSample): RuleScores {
  const references = alternativesOf(sample);
  const given = plain(answer);
  const stems = stemsOf(given);
  return {
    vqa_med_accuracy: Number(references.some((reference) => plain(reference) === given)),
    vqa_med_bleu: Math.max(...references.map((reference) => bleuOf(stems, stemsOf(plain(reference))))),
  };
}

function alternativesOf({ answer, meta }: ScoredSample): readonly string[] {
  const written = String(meta["writtenAnswer"] ?? answer).split("#");
  const found = written
    .flatMap((one) => [one, one.replaceAll(/\([^()]*\)/g, " ")])
    .filter((one) => one.trim());
  return [answer, ...found];
}

/** Lower case, ASCII punctuation taken out without leaving a space, as the campaign's script does. */
function plain(text: string): string {
  const bare = text.toLowerCase().replaceAll(/[!-/:-@[-`{-~]/g, "");
  return wordsOf(bare).join(" ");
}

function stemsOf(text: string): readonly string[] {
  return wordsOf(text)
    .filter((word) => !stopWords.has(word))
    .map((word) => stemWord(word));
}

function bleuOf(given: readonly string[], wanted: readonly string[]): number {
  return given.length + wanted.length === 0 ? 1 : sentenceBleu(given, wanted);
}
