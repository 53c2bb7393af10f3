/** Which stored values span the screen's range from black to white; as DICOM's window centre and width. */
export interface WindowLevel {
  readonly center: number;
  readonly width: number;
}

/** Shows 8-bit values as they are. */
export const identityWindow: WindowLevel = { center: 128, width: 256 };

/** The window that spans the values from `low` to `high`. */
export function windowOf(low: number, high: number): WindowLevel {
  return { center: (low + high + 1) / 2, width: Math.max(high - low + 1, 2) };
}

/** Moves centre and width, keeping the width at least 2 and the centre within the stored values. */
export function shiftWindow(
  { center, width }: WindowLevel,
  by: { readonly center?: number; readonly width?: number },
  maximum: number,
): WindowLevel {
  return {
    center: Math.min(Math.max(center + (by.center ?? 0), 0), maximum + 1),
    width: Math.min(Math.max(width + (by.width ?? 0), 2), 2 * (maximum + 1)),
  };
}

/**
 * The shown value 0 … 255 of every stored value 0 … maximum, `[maximum + 1]`: DICOM's linear VOI function
 * (PS3.3 C.11.2.1.2.1).
 */
export function lookupTable(
  { center, width }: WindowLevel,
  maximum: number,
  inverted: boolean,
): Uint8ClampedArray {
  const table = new Uint8ClampedArray(maximum + 1);
  for (let value = 0; value <= maximum; value++) {
    const shown = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
    table[value] = inverted ? 255 - shown : shown;
  }
  return table;
}
