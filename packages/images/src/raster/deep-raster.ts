import sharp from "sharp";
import { checkSize, unreadable, type DecodeTarget } from "../decode-target.js";
import { windowOver, type DeepGrey } from "../deep-grey.js";
import { oneLine } from "../read-image.js";

/** The values of a 16-bit grey PNG or TIFF, upright and without its alpha; null for other depths and for colours. */
export async function deepRaster(bytes: Uint8Array, target: DecodeTarget): Promise<DeepGrey | null> {
  const decoder = sharp(bytes, { ignoreIcc: true, limitInputPixels: false, failOn: "error" });
  const refuse = (error: unknown): never => {
    throw unreadable(target, oneLine(error), error);
  };
  const metadata = await decoder.metadata().catch(refuse);
  if (metadata.space !== "grey16" || metadata.depth !== "ushort") return null;
  checkSize(target, metadata.width, metadata.height);
  const { data: raw, info } = await decoder
    .rotate()
    .toColourspace("grey16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse);
  const { width, height, channels } = info;
  const data = new Uint16Array(width * height);
  let low = 65535;
  let high = 0;
  for (let index = 0; index < data.length; index++) {
    const value = raw.readUInt16LE(2 * index * channels);
    data[index] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return {
    data,
    width,
    height,
    slope: 1,
    intercept: 0,
    window: windowOver(low, high),
    isInverted: false,
  };
}
