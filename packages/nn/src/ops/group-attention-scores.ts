import { add, log, max, reshape, sigmoid, softmax, sub, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { product } from "./mat-mul.js";

/** A softmax over some of a query's keys. */
export interface PartialSoftmax {
  /** `[B, M, N]`, each row summing to 1. */
  readonly probabilities: Tensor;
  /** Log of the sum of the exponentials of each row's scores, `[B, M, 1]`. */
  readonly logSum: Tensor;
}

/**
 * Softmax of `q kᵀ + mask`.
 * @param q `[B, M, d]`, scaled
 * @param k `[B, N, d]`
 * @param mask `[1 or B, R, N]`, R dividing M: repeated down the M rows; or null
 */
export function scoreSoftmax(q: Tensor, k: Tensor, mask: Tensor | null): PartialSoftmax {
  const scores = maskedScores(q, k, mask);
  const probabilities = softmax(scores);
  // 1 / max(probabilities) is the sum of exp(score - max score). On wasm a softmax and two maxima take 16 ms for 4
  // million scores, one exp alone 50.
  const logSum = sub(max(scores, -1, true), log(max(probabilities, -1, true)));
  return { probabilities, logSum };
}

/** Softmax of `q kᵀ + mask` alone, `[B, M, N]`. */
export function scoreProbabilities(q: Tensor, k: Tensor, mask: Tensor | null): Tensor {
  return tidy(() => softmax(maskedScores(q, k, mask)));
}

function maskedScores(q: Tensor, k: Tensor, mask: Tensor | null): Tensor {
  return tidy(() => {
    const scores = product(q, k, false, true);
    if (mask === null) return scores;
    const [b, m, n] = scores.shape as [number, number, number];
    const [blocks, rows] = mask.shape as [number, number];
    const folded = reshape(scores, [b, m / rows, rows, n]);
    return reshape(add(folded, reshape(mask, [blocks, 1, rows, n])), [b, m, n]);
  });
}

/** Share of a part in the softmax over both: `e^own / (e^own + e^other)`. */
export function partWeight(own: Tensor, other: Tensor): Tensor {
  return sigmoid(sub(own, other));
}
