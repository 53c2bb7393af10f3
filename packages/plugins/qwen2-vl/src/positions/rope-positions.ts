import { rarlError } from "@rarl-sdk/core";

/** Size of an image or clip in patches: frames, rows, columns. */
export type Grid = readonly [frames: number, height: number, width: number];

export interface RopePositionOptions {
  readonly imageId: number;
  readonly videoId: number;
  /** Side of the window of patches behind one token (`spatialMergeSize`). */
  readonly merge: number;
}

export interface RopePositions {
  /** Row-major `[3, tokens]`: time, then height, then width. */
  readonly positions: Int32Array;
  /** Next position minus the number of tokens: generated token s sits at `tokens + s + delta` on every axis. */
  readonly delta: number;
}

/**
 * Positions of one unpadded sequence on the three axes of M-RoPE (`get_rope_index`). Text advances all axes by one;
 * an image's tokens share one time and spread over height and width, and the text after it goes on behind the
 * largest position used. Clips follow the paper's rule, which upstream 5.x changed for clips longer than wide.
 * `grids` are those of images and clips in order of appearance.
 * @throws RarlError `IMAGE_TOKENS_MISMATCH` when a run of placeholders is not as long as its grid,
 * `IMAGE_PLACEHOLDERS` when grids are left over or missing.
 */
export function ropePositions(
  tokenIds: readonly number[],
  grids: readonly Grid[],
  { imageId, videoId, merge }: RopePositionOptions,
): RopePositions {
  const tokens = tokenIds.length;
  const positions = new Int32Array(3 * tokens);
  let current = 0;
  let image = 0;
  for (let token = 0; token < tokens;) {
    const id = tokenIds[token]!;
    if (id !== imageId && id !== videoId) {
      for (let axis = 0; axis < 3; axis++) positions[axis * tokens + token] = current;
      current++;
      token++;
      continue;
    }
    const grid = grids[image];
    if (grid === undefined) {
      throw rarlError("IMAGE_PLACEHOLDERS", { placeholders: image + 1, images: grids.length });
    }
    const [frames, height, width] = [grid[0], grid[1] / merge, grid[2] / merge];
    const expected = frames * height * width;
    let run = 0;
    while (run < expected && tokenIds[token + run] === id) run++;
    if (run !== expected || expected === 0) {
      throw rarlError("IMAGE_TOKENS_MISMATCH", { tokens: run, expected, image });
    }
    for (let index = 0; index < expected; index++, token++) {
      positions[token] = current + Math.floor(index / (height * width));
      positions[tokens + token] = current + (Math.floor(index / width) % height);
      positions[2 * tokens + token] = current + (index % width);
    }
    current += Math.max(frames, height, width);
    image++;
  }
  if (image !== grids.length)
    throw rarlError("IMAGE_PLACEHOLDERS", { placeholders: image, images: grids.length });
  return { positions, delta: current - tokens };
}
