import type { RatedImage } from "./protocol.js";
import { identityWindow, windowOf, type WindowLevel } from "./window-level.js";

/** A decoded image. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `[height * width * 4]` red, green, blue, alpha of an 8-bit image, or `[height * width]` grey values of 16 bits. */
  readonly data: Uint8ClampedArray | Uint16Array;
  /** Largest value that may be stored. */
  readonly maximum: 255 | 65535;
  /** The window to begin with: all of an 8-bit image, the values that occur in a 16-bit one. */
  readonly window: WindowLevel;
}

/** @throws Error when the browser cannot decode it */
export async function decodePixels(blob: Blob, { depth }: Pick<RatedImage, "depth">): Promise<Pixels> {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const { width, height } = bitmap;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("the browser gives no canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  if (depth === 8) return { width, height, data, maximum: 255, window: identityWindow };
  const grey = new Uint16Array(width * height);
  let low = 65535;
  let high = 0;
  for (let index = 0; index < grey.length; index++) {
    const value = data[4 * index]! * 256 + data[4 * index + 1]!;
    grey[index] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { width, height, data: grey, maximum: 65535, window: windowOf(low, high) };
}

/** Writes the image as it is to be shown into `shown`, `[height * width * 4]`. */
export function applyTable(pixels: Pixels, table: Uint8ClampedArray, shown: Uint8ClampedArray): void {
  const { data, maximum } = pixels;
  if (maximum === 65535) {
    for (let index = 0; index < data.length; index++) {
      const value = table[data[index]!]!;
      shown[4 * index] = value;
      shown[4 * index + 1] = value;
      shown[4 * index + 2] = value;
      shown[4 * index + 3] = 255;
    }
    return;
  }
  for (let index = 0; index < data.length; index += 4) {
    shown[index] = table[data[index]!]!;
    shown[index + 1] = table[data[index + 1]!]!;
    shown[index + 2] = table[data[index + 2]!]!;
    shown[index + 3] = data[index + 3]!;
  }
}
