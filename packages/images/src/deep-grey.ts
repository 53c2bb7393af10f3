import type { GreyWindow } from "@rarl-sdk/core";

/** A grey image with all of its values, for viewers that set the window themselves. */
export interface DeepGrey {
  /** `[height, width]`. */
  readonly data: Uint16Array;
  readonly width: number;
  readonly height: number;
  /** A value stands for `slope * value + intercept`, such as Hounsfield units. */
  readonly slope: number;
  readonly intercept: number;
  /** To begin with, in those units, of DICOM's LINEAR function (PS3.3, C.11.2.1.2.1). */
  readonly window: GreyWindow;
  /** Whether the lowest value is white. */
  readonly isInverted: boolean;
}

/** The window that spans the values from `low` to `high`. */
export function windowOver(low: number, high: number): GreyWindow {
  return { center: (low + high + 1) / 2, width: Math.max(high - low + 1, 2) };
}
