import { createHash } from "node:crypto";
import type { RgbImage } from "./rgb-image.js";

/** Hex SHA-256 of an image's size and pixels: equal for the same picture in another lossless format. */
export function pixelHash({ data, width, height }: RgbImage): string {
  return createHash("sha256").update(`${width}x${height}`).update(data).digest("hex");
}

/** Cells across and down whose brightness is compared; each gives a bit. */
const SIDE = 16;

/**
 * A hash by which an image is found again after scaling and compression: 256 bits that say whether each cell of a
 * 16 x 16 grid is brighter than the one to its left (the difference hash). Distance is the number of unequal bits.
 * @returns eight numbers of 32 bits
 */
export function perceptualHash(image: RgbImage): Uint32Array {
  const cells = greyGrid(image, SIDE + 1, SIDE);
  const hash = new Uint32Array((SIDE * SIDE) / 32);
  for (let row = 0, bit = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, bit++) {
      const at = row * (SIDE + 1) + column;
      // Flat areas differ by rounding alone; half a grey level is no edge.
      if (cells[at + 1]! - cells[at]! > 0.5) hash[bit >>> 5]! |= 2 ** (bit & 31);
    }
  }
  return hash;
}

/** How many of the 256 bits differ. */
export function hashDistance(a: Uint32Array, b: Uint32Array): number {
  let distance = 0;
  for (let index = 0; index < a.length; index++) {
    let bits = a[index]! ^ b[index]!;
    for (; bits !== 0; bits &= bits - 1) distance++;
  }
  return distance;
}

/** Mean brightness (ITU-R BT.601) of each cell of a grid, `[rows, columns]`; pixels count where their centre lies. */
function greyGrid({ data, width, height }: RgbImage, columns: number, rows: number): Float64Array {
  const sums = new Float64Array(columns * rows);
  const counts = new Uint32Array(columns * rows);
  // Of images smaller than the grid, pixels are repeated.
  const across = Math.max(width, columns);
  const down = Math.max(height, rows);
  for (let y = 0; y < down; y++) {
    const row = Math.floor(((y + 0.5) * rows) / down);
    const sourceRow = Math.floor((y * height) / down) * width;
    for (let x = 0; x < across; x++) {
      const cell = row * columns + Math.floor(((x + 0.5) * columns) / across);
      const at = (sourceRow + Math.floor((x * width) / across)) * 3;
      sums[cell]! += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      counts[cell]!++;
    }
  }
  return sums.map((sum, cell) => sum / Math.max(1, counts[cell]!));
}
