/** Larger ratios of the sides are refused, as upstream does. */
export const MAX_ASPECT_RATIO = 200;

export interface SmartResizeOptions {
  /** Both sides become multiples of this: patch size times merge size, in pixels. */
  readonly factor: number;
  /** Smallest area in pixels. */
  readonly minPixels: number;
  /** Largest area in pixels. */
  readonly maxPixels: number;
}

/**
 * The size that an image is resized to (`smart_resize`): multiples of `factor` near its own sides, with the area
 * between the limits. Sides are in pixels.
 * @throws RangeError when one side is more than `MAX_ASPECT_RATIO` times the other.
 */
export function smartResize(
  height: number,
  width: number,
  { factor, minPixels, maxPixels }: SmartResizeOptions,
): { readonly height: number; readonly width: number } {
  if (Math.max(height, width) / Math.min(height, width) > MAX_ASPECT_RATIO) {
    throw new RangeError(
      `the sides ${height} and ${width} differ by more than a factor of ${MAX_ASPECT_RATIO}`,
    );
  }
  // May be zero for tiny images, which the lower limit then catches.
  const rounded = {
    height: roundHalfToEven(height / factor) * factor,
    width: roundHalfToEven(width / factor) * factor,
  };
  const area = rounded.height * rounded.width;
  if (area > maxPixels) {
    const beta = Math.sqrt((height * width) / maxPixels);
    return {
      height: Math.max(factor, Math.floor(height / beta / factor) * factor),
      width: Math.max(factor, Math.floor(width / beta / factor) * factor),
    };
  }
  if (area < minPixels) {
    const beta = Math.sqrt(minPixels / (height * width));
    return {
      height: Math.ceil((height * beta) / factor) * factor,
      width: Math.ceil((width * beta) / factor) * factor,
    };
  }
  return rounded;
}

/** Python's `round`. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const fraction = value - below;
  if (fraction !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
