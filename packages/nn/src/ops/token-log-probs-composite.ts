import {
  add,
  cast,
  clone,
  div,
  gatherND,
  keep,
  log,
  max,
  mul,
  oneHot,
  reshape,
  softmax,
  sub,
  sum,
  tensor,
  tidy,
  transpose,
  zeros,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { inChunks } from "./chunks.js";
import { itemRange } from "./gather-rows.js";
import type { KernelInputs } from "./kernel.js";
import { product } from "./mat-mul.js";

export interface TokenLogProbAttributes {
  readonly temperature: number;
  readonly chunkRows: number;
  readonly entropies: boolean;
  /** Whether `backwardWeight` is `[vocab, hidden]`; otherwise it is the weight itself. */
  readonly backwardTransposed: boolean;
}

type ForwardInputs = KernelInputs<"hidden" | "weight" | "targets">;

/** Log-probabilities `[n]` and, if asked for, entropies `[n]`. */
export function tokenLogProbsForward(
  { hidden, weight, targets }: ForwardInputs,
  { temperature, chunkRows, entropies }: TokenLogProbAttributes,
): Tensor[] {
  return inChunks(hidden.shape[0], chunkRows, (from, size) => {
    const logits = logitsOf(itemRange(hidden, from, size), weight, temperature);
    return scoresOf(logits, softmax(logits), itemRange(targets, from, size), entropies);
  });
}

/** Log-probabilities `[n]`, their derivatives by hidden `[n, hidden]` and, if asked for, entropies `[n]`. */
export function tokenLogProbsWithSlopes(
  { hidden, weight, backwardWeight, targets }: ForwardInputs & KernelInputs<"backwardWeight">,
  { temperature, chunkRows, entropies, backwardTransposed }: TokenLogProbAttributes,
): Tensor[] {
  const transposed = backwardTransposed ? backwardWeight : transpose(weight);
  return inChunks(hidden.shape[0], chunkRows, (from, size) => {
    const target = itemRange(targets, from, size);
    const logits = logitsOf(itemRange(hidden, from, size), weight, temperature);
    const probabilities = softmax(logits);
    const [logProbs, ...others] = scoresOf(logits, probabilities, target, entropies);
    // (onehot - p) Wᵀ without the one-hot rows.
    const chosen = gatherND(transposed, reshape(target, [-1, 1]));
    const slopes = div(sub(chosen, product(probabilities, transposed)), temperature);
    return [logProbs!, slopes, ...others];
  });
}

/** Gradients of hidden `[n, hidden]` and of the weight `[hidden, vocab]`. */
export function tokenLogProbsBackward(
  { hidden, weight, targets, dy }: ForwardInputs & KernelInputs<"dy">,
  { temperature, chunkRows }: TokenLogProbAttributes,
): Tensor[] {
  const transposed = transpose(weight);
  let dWeight: Tensor = zeros(weight.shape);
  const dHidden = inChunks(hidden.shape[0], chunkRows, (from, size) => {
    const rows = itemRange(hidden, from, size);
    const target = itemRange(targets, from, size);
    const slope = div(reshape(itemRange(dy, from, size), [-1, 1]), temperature);
    const probabilities = softmax(logitsOf(rows, weight, temperature));
    // One-hot rows of float32 asked for directly are wrong on wasm, which writes the bits of integers.
    const chosen = cast(oneHot(target, weight.shape[1]!), "float32");
    const dLogits = mul(sub(chosen, probabilities), slope);
    const before = dWeight;
    dWeight = keep(add(before, product(rows, dLogits, true, false)));
    before.dispose();
    return [product(dLogits, transposed)];
  })[0]!;
  // A kept tensor belongs to no tidy; its copy belongs to the caller's.
  const owned = clone(dWeight);
  dWeight.dispose();
  return [dHidden, owned];
}

/** Log-probabilities of the targets and, if asked for, entropies. */
function scoresOf(logits: Tensor, probabilities: Tensor, targets: Tensor, entropies: boolean): Tensor[] {
  // log Σ exp(logit) = max logit - log max p: softmax is the one fast exponential on wasm.
  const logSum = sub(max(logits, -1), log(max(probabilities, -1)));
  const logProbs = sub(pick(logits, targets), logSum);
  return entropies ? [logProbs, sub(logSum, sum(mul(probabilities, logits), -1))] : [logProbs];
}

/** `[rows, vocab]`, temperature applied. */
function logitsOf(hidden: Tensor, weight: Tensor, temperature: number): Tensor {
  const logits = product(hidden, weight);
  return temperature === 1 ? logits : div(logits, temperature);
}

/** The logit of each row's target, `[rows]`. */
function pick(logits: Tensor, targets: Tensor): Tensor {
  return tidy(() => {
    const [rows, vocabulary] = logits.shape as [number, number];
    const starts = tensor(
      Int32Array.from({ length: rows }, (_, row) => row * vocabulary),
      [rows],
      "int32",
    );
    return gatherND(reshape(logits, [-1]), reshape(add(targets, starts), [rows, 1]));
  });
}
