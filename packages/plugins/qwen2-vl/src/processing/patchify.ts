import type { Grid } from "../positions/rope-positions.js";
import type { ImageProcessorConfig } from "./image-processor-config.js";

export interface Patches {
  /** `[patches, 3 · temporalPatchSize · patchSize²]`: rows in merge-window order, columns channel, frame, y, x. */
  readonly pixelValues: Float32Array;
  /** Frames, rows and columns of patches. */
  readonly grid: Grid;
}

export type PatchifyOptions = Pick<
  ImageProcessorConfig,
  "patchSize" | "temporalPatchSize" | "mergeSize" | "rescaleFactor" | "mean" | "deviation"
>;

/**
 * Normalises a resized still image (`[height, width, 3]`, bytes) and cuts it into patches. A still image fills
 * every frame of its patches. Sides must be multiples of `patchSize · mergeSize`.
 */
export function patchify(rgb: Uint8Array, height: number, width: number, options: PatchifyOptions): Patches {
  const { patchSize, temporalPatchSize, mergeSize } = options;
  const factor = patchSize * mergeSize;
  if (height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(`the sides ${height} and ${width} are not multiples of ${factor}`);
  }
  const [rows, columns] = [height / patchSize, width / patchSize];
  const values = normalisedBytes(options);
  const frame = patchSize * patchSize;
  const pixelValues = new Float32Array(rows * columns * 3 * temporalPatchSize * frame);
  let at = 0;
  for (let top = 0; top < rows; top += mergeSize) {
    for (let left = 0; left < columns; left += mergeSize) {
      for (let row = top; row < top + mergeSize; row++) {
        for (let column = left; column < left + mergeSize; column++) {
          for (let channel = 0; channel < 3; channel++) {
            const first = at;
            for (let y = row * patchSize; y < (row + 1) * patchSize; y++) {
              let from = (y * width + column * patchSize) * 3 + channel;
              for (let x = 0; x < patchSize; x++, from += 3)
                pixelValues[at++] = values[channel * 256 + rgb[from]!]!;
            }
            for (let copy = 1; copy < temporalPatchSize; copy++, at += frame) {
              pixelValues.copyWithin(at, first, first + frame);
            }
          }
        }
      }
    }
  }
  return { pixelValues, grid: [1, rows, columns] };
}

/** Normalised value of each byte in each channel, `[3, 256]`, every step rounded to f32 as upstream does. */
function normalisedBytes({ rescaleFactor, mean, deviation }: PatchifyOptions): Float32Array {
  return Float32Array.from({ length: 3 * 256 }, (_, index) => {
    const channel = Math.floor(index / 256);
    const scaled = Math.fround((index % 256) * rescaleFactor);
    return Math.fround(scaled - Math.fround(mean[channel]!)) / Math.fround(deviation[channel]!);
  });
}
