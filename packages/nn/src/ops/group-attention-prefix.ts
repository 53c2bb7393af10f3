import { mul, sub, sum, type Tensor } from "@tensorflow/tfjs-core";
import { inChunks } from "./chunks.js";
import { itemRange } from "./gather-rows.js";
import { scoreProbabilities } from "./group-attention-scores.js";
import { product } from "./mat-mul.js";

/** A block of queries and keys, all of a prefix: `[B, M, d]` and `[B, N, d]`. The queries are scaled. */
export interface PrefixBlock {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  /** `[1 or B, R, N]` or null. */
  readonly mask: Tensor | null;
}

/** Attention of the prefix rows, `[B, M, d]`. */
export function prefixForward({ q, k, v, mask }: PrefixBlock, chunk: number): Tensor {
  return inChunks(q.shape[0], chunk, (from, size) => [
    product(
      scoreProbabilities(itemRange(q, from, size), itemRange(k, from, size), maskRange(mask, from, size)),
      itemRange(v, from, size),
    ),
  ])[0]!;
}

/** Gradients of the scaled q, of k and of v. */
export function prefixBackward({ q, k, v, mask }: PrefixBlock, dy: Tensor, chunk: number): Tensor[] {
  return inChunks(q.shape[0], chunk, (from, size) => {
    const [qs, ks, vs, dys] = [q, k, v, dy].map((x) => itemRange(x, from, size)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const p = scoreProbabilities(qs, ks, maskRange(mask, from, size));
    const dp = product(dys, vs, false, true);
    const ds = mul(p, sub(dp, sum(mul(p, dp), -1, true)));
    return [product(ds, ks), product(ds, qs, true), product(p, dys, true)];
  });
}

/** The part of a mask for some blocks; a mask of one block is for all. */
export function maskRange(mask: Tensor | null, from: number, size: number): Tensor | null {
  return mask === null || mask.shape[0] === 1 ? mask : itemRange(mask, from, size);
}
