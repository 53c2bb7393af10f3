import { rarlError } from "@rarl-sdk/core";
import {
  decodeDeepGrey,
  decodeImage,
  encodePng,
  readImage,
  sniffFormat,
  type DeepGrey,
} from "@rarl-sdk/images";
import sharp from "sharp";
import type { DeepImage } from "./page/protocol.js";

/** An image as the page gets it. */
export interface PreparedImage {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly deep: DeepImage | null;
}

/** What every browser decodes by itself. */
const webTypes: Readonly<Record<string, string>> = {
  PNG: "image/png",
  JPEG: "image/jpeg",
  WebP: "image/webp",
  GIF: "image/gif",
};
const png = "image/png";
/** Sides from which on an image is scaled down for the screen; canvases of browsers end at 16,384. */
const longestSide = 8192;

/**
 * Makes an image fit for a browser: common 8-bit files as they are, grey of more bits with all of its values, the rest
 * as PNG.
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`
 */
export async function prepareImage(file: string): Promise<PreparedImage> {
  const source = { path: file };
  const grey = await decodeDeepGrey(source);
  if (grey !== null) return pack(grey);
  const bytes = await readImage(source);
  const sniffed = sniffFormat(bytes);
  const type = "format" in sniffed ? webTypes[sniffed.format] : undefined;
  if (type === undefined) return { bytes: await encodePng(await decodeImage(source)), type: png, deep: null };
  const decoder = sharp(bytes, { limitInputPixels: false });
  try {
    const { width, height, depth } = await decoder.metadata();
    const isSmall = Math.max(width, height) <= longestSide;
    if (isSmall && depth === "uchar") return { bytes, type, deep: null };
    const size = {
      width: longestSide,
      height: longestSide,
      fit: "inside",
      withoutEnlargement: true,
    } as const;
    const scaled = await decoder.rotate().resize(size).toColourspace("srgb").png().toBuffer();
    return { bytes: scaled, type: png, deep: null };
  } catch (error) {
    throw rarlError("IMAGE_UNREADABLE", { file, reason: (error as Error).message }, { cause: error });
  }
}

/** A canvas of a browser has 8 bits a channel, so 16-bit values travel in two of them. */
async function pack({ data, width, height, ...scale }: DeepGrey): Promise<PreparedImage> {
  const packed = new Uint8Array(data.length * 3);
  for (let index = 0; index < data.length; index++) {
    packed[3 * index] = data[index]! >>> 8;
    packed[3 * index + 1] = data[index]! & 0xff;
  }
  return { bytes: await encodePng({ data: packed, width, height }), type: png, deep: scale };
}
