import type { GreyMapping } from "./grey-mapping.js";
import { lookUp } from "./lookup-table.js";

/**
 * Stored values as greys from 0 to 255: modality transform, then window or table, then the nearest byte.
 * @returns `[rows, columns]`; with `isInverted` (MONOCHROME1) the lowest value is white
 */
export function showGrey(stored: ArrayLike<number>, mapping: GreyMapping, isInverted: boolean): Uint8Array {
  const toShare = shareOf(mapping, stored);
  const out = new Uint8Array(stored.length);
  const known = new Map<number, number>();
  for (let index = 0; index < stored.length; index++) {
    const value = stored[index]!;
    let grey = known.get(value);
    if (grey === undefined) {
      const share = Math.min(Math.max(toShare(value), 0), 1);
      grey = Math.floor((isInverted ? 1 - share : share) * 255 + 0.5);
      if (known.size < KNOWN_LIMIT) known.set(value, grey);
    }
    out[index] = grey;
  }
  return out;
}

/** All values of 16 bits. */
const KNOWN_LIMIT = 65_536;

/** From a stored value to its place between black, 0, and white, 1; it may lie outside. */
function shareOf(mapping: GreyMapping, stored: ArrayLike<number>): (value: number) => number {
  const { modality, display } = mapping;
  const rescale = (value: number) =>
    "entries" in modality ? lookUp(modality, value) : value * modality.slope + modality.intercept;
  if (display === null) {
    const [low, high] = range(stored, mapping, rescale);
    return high > low ? (value) => (rescale(value) - low) / (high - low) : () => 0;
  }
  if ("entries" in display) {
    const last = 2 ** display.bits - 1;
    return (value) => lookUp(display, rescale(value)) / last;
  }
  const { center, width } = display;
  switch (display.function) {
    case "SIGMOID":
      return (value) => 1 / (1 + Math.exp((-4 * (rescale(value) - center)) / width));
    case "LINEAR_EXACT":
      return (value) => (rescale(value) - center) / width + 0.5;
    case "LINEAR":
      // A width of 1 is a threshold.
      return (value) => {
        const x = rescale(value);
        if (x <= center - 0.5 - (width - 1) / 2) return 0;
        if (x > center - 0.5 + (width - 1) / 2) return 1;
        return (x - (center - 0.5)) / (width - 1) + 0.5;
      };
  }
}

function range(
  stored: ArrayLike<number>,
  { padding }: GreyMapping,
  rescale: (value: number) => number,
): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < stored.length; index++) {
    const value = stored[index]!;
    if (padding !== null && value >= padding[0] && value <= padding[1]) continue;
    const shown = rescale(value);
    if (shown < low) low = shown;
    if (shown > high) high = shown;
  }
  return [low, high];
}
