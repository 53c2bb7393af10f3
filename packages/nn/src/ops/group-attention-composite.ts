import { add, concat, mul, reshape, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { gatherRows } from "./gather-rows.js";
import { branchBackward, branchForward, type BranchBlock } from "./group-attention-branches.js";
import { inverseIndex } from "./group-attention-index.js";
import {
  branchKeys,
  branchQueries,
  bucketMasks,
  bucketShape,
  prefixKeys,
  prefixQueries,
  withZeroRow,
  type BucketShape,
} from "./group-attention-parts.js";
import { attentionPlan } from "./group-attention-plan.js";
import { prefixBackward, prefixForward, type PrefixBlock } from "./group-attention-prefix.js";
import type { GroupLayout } from "./group-layout.js";
import type { KernelInputs } from "./kernel.js";
import { prefersExplicitTranspose } from "./mat-mul.js";

export interface GroupAttentionAttributes {
  readonly layout: GroupLayout;
  readonly causal: boolean;
  readonly scale: number;
}

/** Attention of packed groups by TensorFlow.js's own ops, bucket by bucket. */
export function groupAttentionForward(
  { q, k, v }: KernelInputs<"q" | "k" | "v">,
  attributes: GroupAttentionAttributes,
): Tensor {
  const padded = { q: withZeroRow(mul(q, attributes.scale)), k: withZeroRow(k), v: withZeroRow(v) };
  const outputs: Tensor[] = [];
  const index: Int32Array[] = [];
  for (const bucket of attentionPlan(attributes.layout)) {
    const shape = bucketShape(bucket, q, k);
    const results = tidy(() => {
      const { prefix, branch } = blocksOf(shape, padded, attributes);
      const own = branch === null ? [] : [branchForward(branch, branchChunk(shape))];
      return [prefixForward(prefix, prefixChunk(shape)), ...own];
    });
    outputs.push(...results);
    index.push(shape.queryIndex.prefix, ...(bucket.branches === 0 ? [] : [shape.queryIndex.branches]));
  }
  return unpad(outputs, index, q);
}

/** Gradients of q, k and v; the probabilities are computed again. */
export function groupAttentionBackward(
  { q, k, v, dy }: KernelInputs<"q" | "k" | "v" | "dy">,
  attributes: GroupAttentionAttributes,
): Tensor[] {
  const padded = { q: withZeroRow(mul(q, attributes.scale)), k: withZeroRow(k), v: withZeroRow(v) };
  const paddedDy = withZeroRow(dy);
  const gradients: { dq: Tensor[]; dk: Tensor[]; dv: Tensor[] } = { dq: [], dk: [], dv: [] };
  const queryIndex: Int32Array[] = [];
  const keyIndex: Int32Array[] = [];
  for (const bucket of attentionPlan(attributes.layout)) {
    const shape = bucketShape(bucket, q, k);
    const results = tidy(() => {
      const { prefix, branch } = blocksOf(shape, padded, attributes);
      const [dq, dk, dv] = prefixBackward(
        prefix,
        prefixQueries(paddedDy, shape),
        prefixChunk(shape),
      ) as Triple;
      if (branch === null) return { dq: [dq], dk: [dk], dv: [dv] };
      const of = branchBackward(branch, branchQueries(paddedDy, shape), branchChunk(shape));
      return { dq: [dq, of[0]!], dk: [add(dk, of[1]!), of[3]!], dv: [add(dv, of[2]!), of[4]!] };
    });
    gradients.dq.push(...results.dq);
    gradients.dk.push(...results.dk);
    gradients.dv.push(...results.dv);
    queryIndex.push(shape.queryIndex.prefix, ...(bucket.branches === 0 ? [] : [shape.queryIndex.branches]));
    keyIndex.push(shape.keyIndex.prefix, ...(bucket.branches === 0 ? [] : [shape.keyIndex.branches]));
  }
  return [
    mul(unpad(gradients.dq, queryIndex, q), attributes.scale),
    unpad(gradients.dk, keyIndex, k),
    unpad(gradients.dv, keyIndex, v),
  ];
}

type Triple = [Tensor, Tensor, Tensor];

interface PaddedInputs {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
}

function blocksOf(
  shape: BucketShape,
  { q, k, v }: PaddedInputs,
  attributes: GroupAttentionAttributes,
): { prefix: PrefixBlock; branch: BranchBlock | null } {
  const masks = bucketMasks(shape, attributes);
  const prefix = {
    q: prefixQueries(q, shape),
    k: prefixKeys(k, shape),
    v: prefixKeys(v, shape),
    mask: masks.prefix,
  };
  if (shape.bucket.branches === 0) return { prefix, branch: null };
  const branch = {
    q: branchQueries(q, shape),
    prefixK: prefix.k,
    prefixV: prefix.v,
    ownK: branchKeys(k, shape),
    ownV: branchKeys(v, shape),
    prefixMask: masks.shared,
    ownMask: masks.own,
    branches: shape.bucket.branches,
  };
  return { prefix, branch };
}

/** Padded parts `[…, d]` back to the packed shape of `like` `[rows, heads, d]`. */
function unpad(parts: readonly Tensor[], index: readonly Int32Array[], like: Tensor): Tensor {
  const [rows, heads, d] = like.shape as [number, number, number];
  return tidy(() => {
    const flat = concat(
      parts.map((part) => reshape(part, [-1, d])),
      0,
    );
    return reshape(gatherRows(flat, inverseIndex(index, rows * heads)), like.shape);
  });
}

/** Blocks whose scores are computed together: on wasm few enough to stay in the cache, elsewhere up to 64 MB. */
function chunkOf(scores: number): number {
  const budget = prefersExplicitTranspose() ? 1 << 19 : 1 << 24;
  return Math.max(1, Math.floor(budget / scores));
}

function prefixChunk({ bucket, copies }: BucketShape): number {
  return chunkOf(copies * bucket.prefix ** 2);
}

function branchChunk({ bucket, copies }: BucketShape): number {
  return chunkOf(bucket.branches * copies * bucket.branchRows * (bucket.prefix + bucket.branchRows));
}
