import { tensor2d, type Tensor2D } from "@tensorflow/tfjs-core";

/**
 * An inverted dropout mask `[rows, columns]`: 0 with probability `rate`, else 1 / (1 − rate). A function of its
 * arguments alone: each entry hashes its own index, which is some ten times faster than a stream of random numbers.
 */
export function dropoutMask(seed: number, rows: number, columns: number, rate: number): Tensor2D {
  const mask = new Float32Array(rows * columns);
  const kept = 1 / (1 - rate);
  const threshold = rate * 2 ** 32;
  for (let i = 0; i < mask.length; i++)
    mask[i] = mixBits((seed + Math.imul(i, 0x9e3779b9)) | 0) < threshold ? 0 : kept;
  return tensor2d(mask, [rows, columns]);
}

/** The finaliser of MurmurHash3: 32 bits in, 32 well-mixed bits out. */
function mixBits(bits: number): number {
  let mixed = bits;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A seed from the bits of some weights. */
export function seedOf(...arrays: readonly Float32Array[]): number {
  let hash = 0;
  for (const values of arrays) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (const word of words) hash = mixBits((hash + word) | 0);
  }
  return hash;
}
