import { matMul } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { BertScore } from "./baseline.js";
import type { TokenWeights } from "./idf.js";

/** An encoded sentence. */
export interface EncodedSentence {
  /** Special ones included, `[tokens]`. */
  readonly ids: readonly number[];
  /** Unit vectors, row-major `[tokens, hidden]`. */
  readonly embeddings: Float32Array;
}

/** Two sentences to compare. */
export interface SentencePair {
  readonly candidate: EncodedSentence;
  readonly reference: EncodedSentence;
}

/**
 * Greedy matching: precision is the weighted mean of each candidate token's best cosine with a reference token, recall
 * the other way round. Special tokens have weight 0 but may be matched. Pairs are compared without padding, which in
 * the reference package can lift a negative best match to 0; see its `greedy_cos_idf`.
 *
 * A side whose weights are all 0 scores 0, as F1 does in the reference package.
 */
export async function greedyMatch(
  pairs: readonly SentencePair[],
  weights: TokenWeights,
): Promise<readonly BertScore[]> {
  if (pairs.length === 0) return [];
  const best = tf.tidy(() => tf.concat(pairs.flatMap(bestMatches)));
  let values: Float32Array;
  try {
    values = (await best.data()) as Float32Array;
  } finally {
    best.dispose();
  }
  let offset = 0;
  const next = ({ ids }: EncodedSentence): number => {
    const mean = weightedMean(values.subarray(offset, offset + ids.length), ids, weights);
    offset += ids.length;
    return mean;
  };
  return pairs.map(({ candidate, reference }) => {
    const precision = next(candidate);
    const recall = next(reference);
    const sum = precision + recall;
    return { precision, recall, f1: sum === 0 ? 0 : (2 * precision * recall) / sum };
  });
}

/** The best cosine of each candidate token, `[candidate tokens]`, and of each reference token. */
function bestMatches({ candidate, reference }: SentencePair): tf.Tensor1D[] {
  const rows = (sentence: EncodedSentence) =>
    tf.tensor2d(sentence.embeddings, [sentence.ids.length, sentence.embeddings.length / sentence.ids.length]);
  const cosines = matMul(rows(candidate), tf.transpose(rows(reference)));
  return [tf.max(cosines, 1), tf.max(cosines, 0)];
}

function weightedMean(values: Float32Array, ids: readonly number[], weights: TokenWeights): number {
  let sum = 0;
  let total = 0;
  for (const [index, id] of ids.entries()) {
    const weight = weights.weightOf(id);
    sum += weight * values[index]!;
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}
