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
  readonly trainable: boolean;
  /** Whether `backwardWeight` is `[vocab, hidden]`; otherwise it is the weight itself. */
  readonly backwardTransposed: boolean;
}

/** Log-probabilities `[n]` and, if asked for, entropies `[n]`. */
export function tokenLogProbsForward(
  { hidden, weight, targets }: KernelInputs<"hidden" | "weight" | "targets">,
  { temperature, chunkRows, entropies }: TokenLogProbAttributes,
): Tensor[] {
  return inChunks(hidden.shape[0], chunkRows, (from, size) => {
    const logits = logitsOf(itemRange(hidden, from, size), weight, temperature);
    const probabilities = softmax(logits);
    // log Σ exp(logit) = max logit - log max p: softmax is the one fast exponential on wasm.
    const logSum = sub(max(logits, -1), log(max(probabilities, -1)));
    const logProbs = sub(pick(logits, itemRange(targets, from, size)), logSum);
    return entropies ? [logProbs, sub(logSum, sum(mul(probabilities, logits), -1))] : [logProbs];
  });
}

/** Gradients of hidden `[n, hidden]` and, when trainable, of the weight `[hidden, vocab]`. */
export function tokenLogProbsBackward(
  {
    hidden,
    weight,
    backwardWeight,
    targets,
    dy,
  }: KernelInputs<"hidden" | "weight" | "backwardWeight" | "targets" | "dy">,
  { temperature, chunkRows, trainable, backwardTransposed }: TokenLogProbAttributes,
): Tensor[] {
  const transposed = backwardTransposed ? backwardWeight : transpose(weight);
  let dWeight: Tensor | null = trainable ? zeros(weight.shape) : null;
  const dHidden = inChunks(hidden.shape[0], chunkRows, (from, size) => {
    const rows = itemRange(hidden, from, size);
    const target = itemRange(targets, from, size);
    const slope = div(reshape(itemRange(dy, from, size), [-1, 1]), temperature);
    const probabilities = softmax(logitsOf(rows, weight, temperature));
    if (dWeight === null) {
      // (onehot - p) Wᵀ without the one-hot rows.
      return [
        mul(sub(gatherND(transposed, reshape(target, [-1, 1])), product(probabilities, transposed)), slope),
      ];
    }
    // One-hot rows of float32 asked for directly are wrong on wasm, which writes the bits of integers.
    const chosen = cast(oneHot(target, weight.shape[1]!), "float32");
    const dLogits = mul(sub(chosen, probabilities), slope);
    const before = dWeight;
    dWeight = keep(add(before, product(rows, dLogits, true, false)));
    before.dispose();
    return [product(dLogits, transposed)];
  })[0]!;
  if (dWeight === null) return [dHidden];
  // A kept tensor belongs to no tidy; its copy belongs to the caller's.
  const owned = clone(dWeight);
  dWeight.dispose();
  return [dHidden, owned];
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
