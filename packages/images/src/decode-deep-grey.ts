import { rarlError, type ImageSource } from "@rarl-sdk/core";
import { DEFAULT_PIXEL_LIMIT, type DecodeOptions } from "./decode-image.js";
import type { DecodeTarget } from "./decode-target.js";
import type { DeepGrey } from "./deep-grey.js";
import { deepDicom } from "./dicom/deep-dicom.js";
import { deepRaster } from "./raster/deep-raster.js";
import { imageLabel, readImage } from "./read-image.js";
import { sniffFormat } from "./sniff-format.js";

/**
 * Decodes a grey image of more than 8 bits with all of its values: DICOM whose greys are a window of linearly rescaled
 * values, and 16-bit PNG and TIFF. Null for any other image, which `decodeImage` shows as well as it can be shown.
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE` with the reason, `IMAGE_TOO_LARGE`
 */
export async function decodeDeepGrey(
  source: ImageSource,
  options: DecodeOptions = {},
): Promise<DeepGrey | null> {
  const file = imageLabel(source);
  const bytes = await readImage(source);
  const sniffed = sniffFormat(bytes);
  if ("reason" in sniffed) throw rarlError("IMAGE_UNREADABLE", { file, reason: sniffed.reason });
  const target: DecodeTarget = { file, pixelLimit: options.pixelLimit ?? DEFAULT_PIXEL_LIMIT };
  switch (sniffed.format) {
    case "DICOM":
      return deepDicom(bytes, target, source.window);
    case "PNG":
    case "TIFF":
      return deepRaster(bytes, target);
    default:
      return null;
  }
}
