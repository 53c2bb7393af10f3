import { concat, reshape, tidy, zeros, type Tensor } from "@tensorflow/tfjs-core";
import type { GroupAttentionAttributes } from "./group-attention-composite.js";
import { partIndex, type PartIndex } from "./group-attention-index.js";
import { causalMask, paddingMask } from "./group-attention-mask.js";
import type { Bucket } from "./group-attention-plan.js";
import { gatherRows } from "./gather-rows.js";

/** Sizes of a bucket. n groups, kv heads, c query heads a kv head, P prefix rows, G branches, L branch rows. */
export interface BucketShape {
  readonly bucket: Bucket;
  readonly kvHeads: number;
  /** Query heads of one kv head. */
  readonly copies: number;
  readonly d: number;
  readonly queryIndex: PartIndex;
  readonly keyIndex: PartIndex;
}

export function bucketShape(bucket: Bucket, q: Tensor, k: Tensor): BucketShape {
  const [rows, heads, d] = q.shape as [number, number, number];
  const kvHeads = k.shape[1]!;
  const copies = heads / kvHeads;
  return {
    bucket,
    kvHeads,
    copies,
    d,
    queryIndex: partIndex(bucket, kvHeads, copies, rows * heads),
    keyIndex: partIndex(bucket, kvHeads, 1, rows * kvHeads),
  };
}

/** `[rows, heads, d]` as `[rows · heads + 1, d]` with a last row of zeros, which padding points to. */
export function withZeroRow(x: Tensor): Tensor {
  const d = x.shape[2]!;
  return concat([reshape(x, [-1, d]), zeros([1, d])], 0);
}

/** Masks of the three products of a bucket; null where nothing is hidden. */
export interface BucketMasks {
  /** Prefix rows against the prefix: `[1, P, P]` or `[n kv, 1, P]`. */
  readonly prefix: Tensor | null;
  /** Branch rows against the prefix: `[n kv, 1, P]`. */
  readonly shared: Tensor | null;
  /** Branch rows against their branch: `[1, L, L]` or `[n kv G, 1, L]`. */
  readonly own: Tensor | null;
}

export function bucketMasks(
  { bucket, kvHeads }: BucketShape,
  { causal }: GroupAttentionAttributes,
): BucketMasks {
  const prefixes = bucket.groups.map((group) => group.prefix);
  const shared = paddingMask(prefixes, bucket.prefix, kvHeads);
  // Under a causal mask real rows come before all padding, so that it hides the padding too.
  if (causal) {
    return {
      prefix: causalMask(bucket.prefix),
      shared,
      own: bucket.branchRows === 0 ? null : causalMask(bucket.branchRows),
    };
  }
  const lengths = bucket.groups.flatMap(({ branches }) => {
    const padded = Array.from({ length: bucket.branches }, (_, g) => branches[g] ?? 0);
    return Array.from({ length: kvHeads }, () => padded).flat();
  });
  return { prefix: shared, shared, own: paddingMask(lengths, bucket.branchRows, 1) };
}

/** Prefix rows of q, `[n kv, c P, d]`. */
export function prefixQueries(zq: Tensor, { bucket, kvHeads, copies, d, queryIndex }: BucketShape): Tensor {
  return gatherTo(zq, queryIndex.prefix, [bucket.groups.length * kvHeads, copies * bucket.prefix, d]);
}

/** Prefix rows of k or v, `[n kv, P, d]`. */
export function prefixKeys(zk: Tensor, { bucket, kvHeads, d, keyIndex }: BucketShape): Tensor {
  return gatherTo(zk, keyIndex.prefix, [bucket.groups.length * kvHeads, bucket.prefix, d]);
}

/** Branch rows of q, `[n kv, G c L, d]`. */
export function branchQueries(zq: Tensor, { bucket, kvHeads, copies, d, queryIndex }: BucketShape): Tensor {
  const rows = bucket.branches * copies * bucket.branchRows;
  return gatherTo(zq, queryIndex.branches, [bucket.groups.length * kvHeads, rows, d]);
}

/** Branch rows of k or v, `[n kv G, L, d]`. */
export function branchKeys(zk: Tensor, { bucket, kvHeads, d, keyIndex }: BucketShape): Tensor {
  return gatherTo(zk, keyIndex.branches, [
    bucket.groups.length * kvHeads * bucket.branches,
    bucket.branchRows,
    d,
  ]);
}

function gatherTo(x: Tensor, index: Int32Array, shape: number[]): Tensor {
  return tidy(() => reshape(gatherRows(x, index), shape));
}
