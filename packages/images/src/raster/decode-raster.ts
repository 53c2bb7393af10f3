import sharp, { type Metadata } from "sharp";
import { checkSize, unreadable, type DecodeTarget } from "../decode-target.js";
import { oneLine } from "../read-image.js";
import type { RgbImage } from "../rgb-image.js";
import type { ImageFormat } from "../sniff-format.js";
import { opaqueGif } from "./opaque-gif.js";
import { orient } from "./orient.js";
import { toRgb, type SampleLayout } from "./to-rgb.js";

/**
 * Decodes JPEG, PNG, WebP, GIF or TIFF to Pillow's RGB.
 * @throws RarlError `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`
 */
export async function decodeRaster(
  bytes: Uint8Array,
  format: ImageFormat,
  target: DecodeTarget,
): Promise<RgbImage> {
  // The pixel limit is ours to check, with a better message; profiles are ignored as Pillow's convert does.
  const decoder = sharp(format === "GIF" ? opaqueGif(bytes) : bytes, {
    ignoreIcc: true,
    limitInputPixels: false,
    failOn: "error",
  });
  const refuse = (error: unknown): never => {
    throw unreadable(target, oneLine(error), error);
  };
  const metadata = await decoder.metadata().catch(refuse);
  checkSize(target, metadata.width, metadata.height);

  const { space, depth, layout } = decoding(metadata, format, bytes);
  // Else the decoder would convert inks to sRGB, by a profile of its own, before the output space counts.
  if (space === "cmyk") decoder.pipelineColourspace("cmyk");
  const { data, info } = await decoder
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse);
  const samples =
    depth === "uchar"
      ? data
      : new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  const rgb = { data: toRgb(samples, info.channels, layout), width: info.width, height: info.height };
  return orient(rgb, metadata.orientation ?? orientationOfXmp(metadata.xmp));
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
