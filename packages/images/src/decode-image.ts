import { rarlError, type ImageSource } from "@rarl-sdk/core";
import { decodeBmp } from "./bmp/decode-bmp.js";
import { decodeDicom } from "./dicom/decode-dicom.js";
import type { DecodeTarget } from "./decode-target.js";
import { decodeRaster } from "./raster/decode-raster.js";
import { imageLabel, readImage } from "./read-image.js";
import type { RgbImage } from "./rgb-image.js";
import { sniffFormat } from "./sniff-format.js";

/** Pixels at which Pillow raises its decompression bomb error. */
export const DEFAULT_PIXEL_LIMIT = 178_956_970;

export interface DecodeOptions {
  /** Images with more pixels are refused before decoding; `DEFAULT_PIXEL_LIMIT` by default. */
  readonly pixelLimit?: number;
}

/**
 * Decodes an image to 8-bit RGB. Raster formats as Pillow's `exif_transpose` and `convert("RGB")` give them, without
 * colour management, of an animation the first frame; DICOM as a viewer shows it, with the window of the source, else
 * of the file, else the range of its values. Messages and errors never hold anything of a DICOM header but its image
 * geometry and coding.
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE` with the reason, `IMAGE_TOO_LARGE`
 */
export async function decodeImage(source: ImageSource, options: DecodeOptions = {}): Promise<RgbImage> {
  const file = imageLabel(source);
  const bytes = await readImage(source);
  const sniffed = sniffFormat(bytes);
  if ("reason" in sniffed) throw rarlError("IMAGE_UNREADABLE", { file, reason: sniffed.reason });
  const target: DecodeTarget = { file, pixelLimit: options.pixelLimit ?? DEFAULT_PIXEL_LIMIT };
  switch (sniffed.format) {
    case "DICOM":
      return decodeDicom(bytes, target, source.window);
    case "BMP":
      return decodeBmp(bytes, target);
    default:
      return decodeRaster(bytes, sniffed.format, target);
  }
}
