import { readFile } from "node:fs/promises";
import { rarlError } from "@rarl-sdk/core";
import sharp, { type Metadata, type ResizeOptions, type Sharp } from "sharp";

/** An image as the page gets it. */
export interface PreparedImage {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** 16: a PNG whose red and green channels are the high and low bytes of grey values. */
  readonly depth: 8 | 16;
}

/** What every browser decodes by itself. */
const webTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
};
/** Sides from which on an image is scaled down for the screen; canvases of browsers end at 16,384. */
const longestSide = 8192;
/** Pixels at which Pillow raises its decompression bomb error. */
const pixelLimit = 178_956_970;

/**
 * Makes an image fit for a browser: common 8-bit files as they are, 16-bit grey with all its bits, the rest as PNG.
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`
 */
export async function prepareImage(file: string): Promise<PreparedImage> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === "ENOENT"
      ? rarlError("IMAGE_MISSING", { file }, { cause: error })
      : rarlError("IMAGE_UNREADABLE", { file, reason: message }, { cause: error });
  });
  try {
    const decoder = sharp(bytes, { limitInputPixels: false, failOn: "error" });
    const metadata = await decoder.metadata();
    const { width, height } = metadata;
    if (width * height > pixelLimit) {
      throw rarlError("IMAGE_TOO_LARGE", { file, width, height, limit: pixelLimit });
    }
    const isLarge = Math.max(width, height) > longestSide;
    const upright = isLarge ? decoder.rotate().resize(sizeWithin(longestSide)) : decoder.rotate();
    if (isGrey16(metadata)) return { bytes: await packGrey16(upright), type: "image/png", depth: 16 };
    const type = metadata.depth === "uchar" && !isLarge ? webTypes[metadata.format] : undefined;
    if (type !== undefined) return { bytes, type, depth: 8 };
    return { bytes: await upright.toColourspace("srgb").png().toBuffer(), type: "image/png", depth: 8 };
  } catch (error) {
    if ((error as Error).name === "RarlError") throw error;
    throw rarlError("IMAGE_UNREADABLE", { file, reason: (error as Error).message }, { cause: error });
  }
}

function isGrey16({ depth, channels }: Metadata): boolean {
  return depth === "ushort" && channels <= 2;
}

function sizeWithin(side: number): ResizeOptions {
  return { width: side, height: side, fit: "inside" };
}

/** A canvas of a browser has 8 bits a channel, so the grey values travel in two of them. */
async function packGrey16(decoder: Sharp): Promise<Uint8Array> {
  const { data, info } = await decoder
    .toColourspace("grey16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const packed = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    const value = data.readUInt16LE(2 * index * channels);
    packed[3 * index] = value >>> 8;
    packed[3 * index + 1] = value & 0xff;
  }
  return sharp(packed, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
