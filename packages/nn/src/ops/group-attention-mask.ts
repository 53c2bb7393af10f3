import { reshape, tensor, tile, type Tensor } from "@tensorflow/tfjs-core";

/** Added to the score of a key that a query must not see; its exponential is exactly 0 in float32. */
const hidden = -1e9;

/** Later keys hidden from earlier queries, `[1, rows, rows]`. */
export function causalMask(rows: number): Tensor {
  const values = new Float32Array(rows * rows);
  for (let i = 0; i < rows; i++) values.fill(hidden, i * rows + i + 1, (i + 1) * rows);
  return tensor(values, [1, rows, rows]);
}

/**
 * Padding keys hidden, `[lengths · repeats, 1, keys]`, or null when there is no padding.
 * @param lengths real keys of each block
 * @param repeats neighbouring blocks that share a length
 */
export function paddingMask(lengths: readonly number[], keys: number, repeats: number): Tensor | null {
  if (lengths.every((length) => length === keys)) return null;
  const values = new Float32Array(lengths.length * keys);
  lengths.forEach((length, block) => values.fill(hidden, block * keys + length, (block + 1) * keys));
  return reshape(tile(tensor(values, [lengths.length, 1, keys]), [1, repeats, 1]), [-1, 1, keys]);
}
