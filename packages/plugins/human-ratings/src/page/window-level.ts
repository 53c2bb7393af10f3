/** Which values span the screen's range from black to white; as DICOM's window centre and width. */
export interface WindowLevel {
  readonly center: number;
  readonly width: number;
}

/** What stored numbers from 0 to `maximum` stand for: `slope * stored + intercept`. */
export interface ValueScale {
  readonly maximum: 255 | 65535;
  readonly slope: number;
  readonly intercept: number;
}

/** Of 8-bit images. */
export const byteScale: ValueScale = { maximum: 255, slope: 1, intercept: 0 };
/** Shows 8-bit values as they are. */
export const identityWindow: WindowLevel = { center: 128, width: 256 };

/** Moves centre and width, keeping the width at least 2 and the centre among the values that there can be. */
export function shiftWindow(
  { center, width }: WindowLevel,
  by: { readonly center?: number; readonly width?: number },
  { maximum, slope, intercept }: ValueScale,
): WindowLevel {
  const span = slope * (maximum + 1);
  return {
    center: Math.min(Math.max(center + (by.center ?? 0), intercept), intercept + span),
    width: Math.min(Math.max(width + (by.width ?? 0), 2), 2 * span),
  };
}

/**
 * The shown grey 0 … 255 of every stored number 0 … maximum, `[maximum + 1]`: DICOM's LINEAR function
 * (PS3.3, C.11.2.1.2.1).
 */
export function lookupTable(
  { center, width }: WindowLevel,
  { maximum, slope, intercept }: ValueScale,
  isInverted: boolean,
): Uint8ClampedArray {
  const table = new Uint8ClampedArray(maximum + 1);
  for (let stored = 0; stored <= maximum; stored++) {
    const shown = ((slope * stored + intercept - (center - 0.5)) / (width - 1) + 0.5) * 255;
    table[stored] = isInverted ? 255 - shown : shown;
  }
  return table;
}
