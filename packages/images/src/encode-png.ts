import sharp from "sharp";
import type { RgbImage } from "./rgb-image.js";

/** A PNG of the pixels alone: nothing of the header of the file they came from goes along. */
export async function encodePng({ data, width, height }: RgbImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
