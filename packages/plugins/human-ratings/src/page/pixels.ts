import type { RatedImage } from "./protocol.js";
import { byteScale, identityWindow, type ValueScale, type WindowLevel } from "./window-level.js";

/** A decoded image. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `[height * width * 4]` red, green, blue, alpha of an 8-bit image, or `[height * width]` grey values of 16 bits. */
  readonly data: Uint8ClampedArray | Uint16Array;
  readonly scale: ValueScale;
  /** To begin with. */
  readonly window: WindowLevel;
  /** Whether the lowest value is white at first. */
  readonly isInverted: boolean;
}

/** @throws Error when the browser cannot decode it */
export async function decodePixels(blob: Blob, { deep }: RatedImage): Promise<Pixels> {
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
  if (deep === null) {
    return { width, height, data, scale: byteScale, window: identityWindow, isInverted: false };
  }
  const grey = new Uint16Array(width * height);
  for (let index = 0; index < grey.length; index++)
    grey[index] = data[4 * index]! * 256 + data[4 * index + 1]!;
  const { slope, intercept, window, isInverted } = deep;
  return { width, height, data: grey, scale: { maximum: 65535, slope, intercept }, window, isInverted };
}

/** Writes the image as it is to be shown into `shown`, `[height * width * 4]`. */
export function applyTable(pixels: Pixels, table: Uint8ClampedArray, shown: Uint8ClampedArray): void {
  const { data } = pixels;
  if (data instanceof Uint16Array) {
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
