import { patchCoordinates } from "./patch-coordinates.js";
import type { Grid } from "./rope-positions.js";
import type { RopeTables } from "./rope-tables.js";

export interface VisionRopeOptions {
  /** Width of one attention head of the tower; a multiple of four. */
  readonly headDim: number;
  /** Side of the merge window (`spatialMergeSize`). */
  readonly merge: number;
  readonly theta: number;
}

/**
 * Cosines and sines of the tower's two-dimensional rope for one image, `[patches, headDim]` in the order of the
 * patches: the first quarter of a head follows the row, the second the column, and the second half repeats the first.
 */
export function visionRopeTables(grid: Grid, { headDim, merge, theta }: VisionRopeOptions): RopeTables {
  const coordinates = patchCoordinates(grid, merge);
  const patches = coordinates.length / 2;
  const quarter = headDim / 4;
  const half = headDim / 2;
  const frequencies = Array.from({ length: quarter }, (_, index) => theta ** ((-2 * index) / half));
  const cos = new Float32Array(patches * headDim);
  const sin = new Float32Array(patches * headDim);
  for (let patch = 0; patch < patches; patch++) {
    for (let index = 0; index < half; index++) {
      const axis = index < quarter ? 0 : 1;
      const angle = frequencies[index % quarter]! * coordinates[patch * 2 + axis]!;
      const at = patch * headDim + index;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
