/** Decoded pixels. */
export interface RgbImage {
  /** `[height, width, 3]`, bytes. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
