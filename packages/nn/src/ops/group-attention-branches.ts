import { add, mul, reshape, sub, sum, type Tensor } from "@tensorflow/tfjs-core";
import { inChunks } from "./chunks.js";
import { itemRange } from "./gather-rows.js";
import { maskRange } from "./group-attention-prefix.js";
import { partWeight, scoreSoftmax } from "./group-attention-scores.js";
import { product } from "./mat-mul.js";

/**
 * Branch rows of one bucket: B = groups · kv heads, G branches, M = query heads a kv head · L rows. All branches of a
 * block are one product with the shared prefix keys; their own keys are a product a branch.
 */
export interface BranchBlock {
  /** `[B, G M, d]`, scaled. */
  readonly q: Tensor;
  /** Keys and values of the prefix, `[B, P, d]`. */
  readonly prefixK: Tensor;
  readonly prefixV: Tensor;
  /** Keys and values of the branches, `[B G, L, d]`. */
  readonly ownK: Tensor;
  readonly ownV: Tensor;
  /** `[B, 1, P]` or null. */
  readonly prefixMask: Tensor | null;
  /** `[1, L, L]`, `[B G, 1, L]` or null. */
  readonly ownMask: Tensor | null;
  readonly branches: number;
}

/** Attention of the branch rows, `[B, G M, d]`. */
export function branchForward(block: BranchBlock, chunk: number): Tensor {
  return inChunks(block.q.shape[0], chunk, (from, size) => {
    const { q, prefixV, ownV, shared, own, sharedWeight, ownWeight } = probabilitiesOf(block, from, size);
    const ownOutput = reshape(product(own, ownV), q.shape);
    return [add(mul(product(shared, prefixV), sharedWeight), mul(ownOutput, ownWeight))];
  })[0]!;
}

/** Gradients of the scaled q, the prefix's k and v, and the branches' own k and v. */
export function branchBackward(block: BranchBlock, dy: Tensor, chunk: number): Tensor[] {
  return inChunks(block.q.shape[0], chunk, (from, size) => {
    const part = probabilitiesOf(block, from, size);
    const { q, ownQ, prefixK, prefixV, ownK, ownV } = part;
    const dys = itemRange(dy, from, size);
    const ownDy = reshape(dys, ownQ.shape);
    const p = mul(part.shared, part.sharedWeight);
    const ownP = mul(part.own, reshape(part.ownWeight, [...ownQ.shape.slice(0, 2), 1]));
    const dp = product(dys, prefixV, false, true);
    const ownDp = product(ownDy, ownV, false, true);
    // Row sums over the keys of both parts, `[B, G M, 1]`.
    const sharedSum = sum(mul(p, dp), -1, true);
    const rowSum = add(sharedSum, reshape(sum(mul(ownP, ownDp), -1, true), sharedSum.shape));
    const ds = mul(p, sub(dp, rowSum));
    const ownDs = mul(ownP, sub(ownDp, reshape(rowSum, [...ownQ.shape.slice(0, 2), 1])));
    return [
      add(product(ds, prefixK), reshape(product(ownDs, ownK), q.shape)),
      product(ds, q, true),
      product(p, dys, true),
      product(ownDs, ownQ, true),
      product(ownP, ownDy, true),
    ];
  });
}

/** Both softmaxes of some blocks, and the share of each in the softmax over all keys. */
function probabilitiesOf(block: BranchBlock, from: number, size: number) {
  const { branches } = block;
  const q = itemRange(block.q, from, size);
  const [b, rows, d] = q.shape as [number, number, number];
  const ownQ = reshape(q, [b * branches, rows / branches, d]);
  const prefixK = itemRange(block.prefixK, from, size);
  const ownK = itemRange(block.ownK, from * branches, size * branches);
  const shared = scoreSoftmax(q, prefixK, maskRange(block.prefixMask, from, size));
  const own = scoreSoftmax(ownQ, ownK, maskRange(block.ownMask, from * branches, size * branches));
  const ownLogSum = reshape(own.logSum, shared.logSum.shape);
  return {
    q,
    ownQ,
    prefixK,
    prefixV: itemRange(block.prefixV, from, size),
    ownK,
    ownV: itemRange(block.ownV, from * branches, size * branches),
    /** `[B, G M, P]`, rows summing to 1, and its share `[B, G M, 1]`. */
    shared: shared.probabilities,
    sharedWeight: partWeight(shared.logSum, ownLogSum),
    /** `[B G, M, L]`, rows summing to 1, and its share `[B, G M, 1]`. */
    own: own.probabilities,
    ownWeight: partWeight(ownLogSum, shared.logSum),
  };
}
