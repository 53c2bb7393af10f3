import type { GreyWindow } from "@rarl-sdk/core";
import { checkSize, unreadable, type DecodeTarget } from "../decode-target.js";
import type { RgbImage } from "../rgb-image.js";
import { decodeApart } from "./codecs/decode-apart.js";
import { decodeJpeg } from "./codecs/jpeg.js";
import { decodeRle } from "./codecs/rle.js";
import { DicomProblem } from "./dicom-problem.js";
import { frameBytes } from "./frame-bytes.js";
import { readGreyMapping } from "./grey-mapping.js";
import { readImageAttributes, type ImageAttributes } from "./image-attributes.js";
import { parseHeader, type DicomHeader } from "./parse-header.js";
import { paletteToRgb, ybrToRgb } from "./show-colour.js";
import { showGrey } from "./show-grey.js";
import { cleared, nativeValues, type StoredValues } from "./stored-values.js";
import { BIG_ENDIAN } from "./transfer-syntax.js";

/** Of the widest pixels that are read, and of everything before them. */
const BYTES_A_PIXEL = 4;
const HEADER_LIMIT = 2 ** 24;

/**
 * Decodes a DICOM file of one frame (PS3.10) to what a viewer shows. Of the header only what describes the image is
 * read; nothing of it gets into errors.
 * @throws RarlError `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`
 */
export async function decodeDicom(
  bytes: Uint8Array,
  target: DecodeTarget,
  window: GreyWindow | undefined,
): Promise<RgbImage> {
  try {
    const { stored, header, image } = await decodeStored(bytes, target);
    const data = show(stored, header, image, window);
    return { data, width: image.columns, height: image.rows };
  } catch (error) {
    if (error instanceof DicomProblem) throw unreadable(target, error.message);
    // The parser throws plain texts, which may quote the header.
    if (typeof error === "string" || error instanceof RangeError)
      throw unreadable(target, "its DICOM header is cut off or damaged");
    throw error;
  }
}

/** A DICOM file as it is stored, before it is made visible. */
export interface StoredImage {
  readonly stored: StoredValues;
  readonly header: DicomHeader;
  readonly image: ImageAttributes;
}

/** @throws DicomProblem, RarlError `IMAGE_TOO_LARGE` */
export async function decodeStored(bytes: Uint8Array, target: DecodeTarget): Promise<StoredImage> {
  const header = parseHeader(bytes, target.pixelLimit * BYTES_A_PIXEL + HEADER_LIMIT);
  const image = readImageAttributes(header.dataSet);
  checkSize(target, image.columns, image.rows);
  return { stored: await decodeValues(header, image), header, image };
}

async function decodeValues(header: DicomHeader, image: ImageAttributes): Promise<StoredValues> {
  const { dataSet, coding, transferSyntax } = header;
  const bytes = frameBytes(dataSet, coding !== "native");
  const isGrey = image.samplesPerPixel === 1;
  switch (coding) {
    case "native":
      return nativeValues(bytes, image, transferSyntax !== BIG_ENDIAN);
    case "rle":
      return nativeValues(decodeRle(bytes, image), { ...image, isPlanar: false }, true);
    case "jpeg": {
      const values = await decodeJpeg(bytes, image);
      return isGrey ? cleared(new Int32Array(values), image) : values;
    }
    case "jpeg-lossless":
    case "jpeg-ls":
    case "jpeg-2000":
      return finished(await decodeApart({ coding, bytes, image }), image);
  }
}

/** Decoders give signed values as bit patterns. */
function finished(values: StoredValues, image: ImageAttributes): StoredValues {
  return values instanceof Int32Array && image.samplesPerPixel === 1 ? cleared(values, image) : values;
}

function show(
  stored: StoredValues,
  { dataSet, coding }: DicomHeader,
  image: ImageAttributes,
  window: GreyWindow | undefined,
): Uint8Array {
  switch (image.photometric) {
    case "MONOCHROME1":
    case "MONOCHROME2": {
      const mapping = readGreyMapping(dataSet, image, window);
      return threefold(showGrey(stored, mapping, image.photometric === "MONOCHROME1"));
    }
    case "PALETTE COLOR":
      return paletteToRgb(stored, dataSet);
    case "YBR_FULL":
    case "YBR_FULL_422":
      // A JPEG decoder has made RGB of it already.
      return coding === "jpeg" ? Uint8Array.from(stored) : ybrToRgb(Uint8Array.from(stored));
    default:
      return Uint8Array.from(stored);
  }
}

function threefold(grey: Uint8Array): Uint8Array {
  const out = new Uint8Array(grey.length * 3);
  for (let index = 0; index < grey.length; index++) out.fill(grey[index]!, index * 3, index * 3 + 3);
  return out;
}
