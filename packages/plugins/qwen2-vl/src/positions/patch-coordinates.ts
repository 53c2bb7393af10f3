import type { Grid } from "./rope-positions.js";

/**
 * Row and column of every patch of one image in merge-window order (window row, window column, then inside the
 * window), `[patches, 2]` row-major; repeated for each frame.
 */
export function patchCoordinates([frames, height, width]: Grid, merge: number): Int32Array {
  const coordinates = new Int32Array(frames * height * width * 2);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let top = 0; top < height; top += merge) {
      for (let left = 0; left < width; left += merge) {
        for (let row = top; row < top + merge; row++) {
          for (let column = left; column < left + merge; column++) {
            coordinates[at++] = row;
            coordinates[at++] = column;
          }
        }
      }
    }
  }
  return coordinates;
}
