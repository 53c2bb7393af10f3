export interface RopeTables {
  /** `[rows, headDim]`. */
  readonly cos: Float32Array;
  /** `[rows, headDim]`. */
  readonly sin: Float32Array;
}

export interface RopeTableOptions {
  readonly theta: number;
  readonly headDim: number;
  /** Frequencies that follow each axis (time, height, width), in contiguous chunks; sums to `headDim / 2`. */
  readonly section: readonly number[];
}

/**
 * Cosines and sines of M-RoPE for `positions` (`[3 · tokens]`, see `ropePositions`). Angles are computed in double
 * precision and stored as f32; both halves of a head hold the same angles (the "rotate half" convention).
 */
export function ropeTables(positions: Int32Array, { theta, headDim, section }: RopeTableOptions): RopeTables {
  const tokens = positions.length / 3;
  const half = headDim / 2;
  const axes = section.flatMap((count, axis) => Array.from({ length: count }, () => axis));
  if (axes.length !== half) {
    throw new RangeError(`section [${section.join(", ")}] does not sum to ${half}`);
  }
  const frequencies = Array.from({ length: half }, (_, index) => theta ** ((-2 * index) / headDim));
  const cos = new Float32Array(tokens * headDim);
  const sin = new Float32Array(tokens * headDim);
  for (let token = 0; token < tokens; token++) {
    for (let index = 0; index < half; index++) {
      const angle = frequencies[index]! * positions[axes[index]! * tokens + token]!;
      const at = token * headDim + index;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
