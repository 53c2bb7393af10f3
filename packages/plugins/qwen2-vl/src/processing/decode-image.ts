import { readFile } from "node:fs/promises";
import { rarlError, type ImageSource } from "@rarl-sdk/core";
import sharp, { type Metadata } from "sharp";
import { opaqueGif } from "./opaque-gif.js";
import { orient } from "./orient.js";
import type { RgbImage } from "./rgb-image.js";
import { sniffFormat, type ImageFormat } from "./sniff-format.js";
import { toRgb, type SampleLayout } from "./to-rgb.js";

/** Pixels at which Pillow raises its decompression bomb error. */
export const DEFAULT_PIXEL_LIMIT = 178_956_970;

export interface DecodeOptions {
  /** Images with more pixels are refused before decoding; `DEFAULT_PIXEL_LIMIT` by default. */
  readonly pixelLimit?: number;
}

/**
 * Decodes an image to 8-bit RGB as Pillow's `exif_transpose` and `convert("RGB")` give it, without colour management;
 * of an animation the first frame.
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE` with the reason, `IMAGE_TOO_LARGE`
 */
export async function decodeImage(source: ImageSource, options: DecodeOptions = {}): Promise<RgbImage> {
  const file = imageLabel(source);
  const bytes = "path" in source ? await readImageFile(source.path) : source.bytes;
  const sniffed = sniffFormat(bytes);
  if ("reason" in sniffed) throw rarlError("IMAGE_UNREADABLE", { file, reason: sniffed.reason });
  // The pixel limit is ours to check, with a better message; profiles are ignored as Pillow's convert does.
  const decoder = sharp(sniffed.format === "GIF" ? opaqueGif(bytes) : bytes, {
    ignoreIcc: true,
    limitInputPixels: false,
    failOn: "error",
  });
  const unreadable = (error: unknown): never => {
    throw rarlError("IMAGE_UNREADABLE", { file, reason: reasonOf(error) }, { cause: error });
  };
  const metadata = await decoder.metadata().catch(unreadable);
  const { width, height } = metadata;
  const limit = options.pixelLimit ?? DEFAULT_PIXEL_LIMIT;
  if (width * height > limit) throw rarlError("IMAGE_TOO_LARGE", { file, width, height, limit });

  const { space, depth, layout } = decoding(metadata, sniffed.format, bytes);
  // Else the decoder would convert inks to sRGB, by a profile of its own, before the output space counts.
  if (space === "cmyk") decoder.pipelineColourspace("cmyk");
  const { data, info } = await decoder
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable);
  const samples =
    depth === "uchar"
      ? data
      : new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  const rgb = { data: toRgb(samples, info.channels, layout), width: info.width, height: info.height };
  return orient(rgb, metadata.orientation ?? orientationOfXmp(metadata.xmp));
}

/** What messages call an image. */
export function imageLabel(source: ImageSource): string {
  return "path" in source ? source.path : source.label;
}

async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw rarlError("IMAGE_MISSING", { file: path }, { cause: error });
    }
    throw rarlError("IMAGE_UNREADABLE", { file: path, reason: reasonOf(error) }, { cause: error });
  }
}

/** The decoder's output that leaves samples as stored. */
interface Decoding {
  readonly space: "srgb" | "b-w" | "grey16" | "rgb16" | "cmyk";
  readonly depth: "uchar" | "ushort";
  readonly layout: SampleLayout;
}

/** Offset of the colour type in a PNG's IHDR chunk; 4 is grey with alpha. */
const PNG_COLOUR_TYPE = 25;
const PNG_GREY_ALPHA = 4;

function decoding(metadata: Metadata, format: ImageFormat, bytes: Uint8Array): Decoding {
  switch (metadata.space) {
    case "cmyk":
      return { space: "cmyk", depth: "uchar", layout: "cmyk" };
    case "grey16": {
      const storesAlpha = format === "PNG" && bytes[PNG_COLOUR_TYPE] === PNG_GREY_ALPHA;
      return { space: "grey16", depth: "ushort", layout: storesAlpha ? "greyAlpha16" : "grey16" };
    }
    case "rgb16":
      return { space: "rgb16", depth: "ushort", layout: "rgb16" };
    case "b-w":
      return { space: "b-w", depth: "uchar", layout: "grey" };
    default:
      return { space: "srgb", depth: "uchar", layout: "rgb" };
  }
}

/** Some writers put the orientation into XMP alone. */
function orientationOfXmp(xmp: Buffer | undefined): number {
  const match = xmp === undefined ? null : /tiff:Orientation(?:="|>)([0-9])/.exec(xmp.toString("latin1"));
  return match === null ? 1 : Number(match[1]);
}

/** The decoder's message in one line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n").join("; ");
}
