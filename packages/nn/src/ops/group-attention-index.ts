import type { Bucket } from "./group-attention-plan.js";

/** Packed (row, head) places in the padded order of a bucket's part; `none` where there is only padding. */
export interface PartIndex {
  /** `[groups, kvHeads, copies, prefix]`, copies = query heads of one kv head, or 1 for keys and values. */
  readonly prefix: Int32Array;
  /** `[groups, kvHeads, branches, copies, branchRows]`. */
  readonly branches: Int32Array;
}

/**
 * Places of a tensor `[rows, kvHeads · copies, d]` seen as `[rows · kvHeads · copies, d]`, so that one gather packs,
 * pads and transposes at once.
 * @param none the place of a row of zeros
 */
export function partIndex(bucket: Bucket, kvHeads: number, copies: number, none: number): PartIndex {
  const { groups, branches, branchRows } = bucket;
  const heads = kvHeads * copies;
  const prefix = new Int32Array(groups.length * heads * bucket.prefix).fill(none);
  const branch = new Int32Array(groups.length * heads * branches * branchRows).fill(none);
  groups.forEach((group, n) => {
    for (let head = 0; head < heads; head++) {
      fill(prefix, (n * heads + head) * bucket.prefix, group.start, group.prefix, head);
      let row = group.start + group.prefix;
      group.branches.forEach((length, g) => {
        const kv = Math.floor(head / copies);
        const block = ((n * kvHeads + kv) * branches + g) * copies + (head % copies);
        fill(branch, block * branchRows, row, length, head);
        row += length;
      });
    }
  });
  return { prefix, branches: branch };

  function fill(index: Int32Array, at: number, firstRow: number, length: number, head: number): void {
    for (let i = 0; i < length; i++) index[at + i] = (firstRow + i) * heads + head;
  }
}

/**
 * The way back: for each packed (row, head) its place in the concatenation of the parts' outputs.
 * @param parts the parts' indices in the order of concatenation
 * @param places rows · heads
 */
export function inverseIndex(parts: readonly Int32Array[], places: number): Int32Array {
  const inverse = new Int32Array(places);
  let offset = 0;
  for (const part of parts) {
    part.forEach((place, i) => {
      if (place < places) inverse[place] = offset + i;
    });
    offset += part.length;
  }
  return inverse;
}
