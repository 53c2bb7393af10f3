import { createHash } from "node:crypto";
import { rarlError, type ImageSource } from "@rarl-sdk/core";
import { decodeImage, imageLabel, type DecodeOptions, type RgbImage } from "@rarl-sdk/images";
import type { ImageProcessorConfig } from "./image-processor-config.js";
import { patchify, type Patches } from "./patchify.js";
import { resizeBicubic } from "./resize-bicubic.js";
import { MAX_ASPECT_RATIO, smartResize } from "./smart-resize.js";

export interface ProcessedImage extends Patches {
  /** Hex SHA-256 of the decoded pixels and the preprocessing; equal hashes have equal pixel values. */
  readonly contentHash: string;
}

/**
 * An image as the vision tower wants it: decoded, resized to a multiple of the patch window, normalised and cut into
 * patches (`Qwen2VLImageProcessor`, PIL backend).
 * @throws RarlError `IMAGE_MISSING`, `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`, `IMAGE_ASPECT_RATIO`
 */
export async function processImage(
  source: ImageSource,
  config: ImageProcessorConfig,
  options: DecodeOptions = {},
): Promise<ProcessedImage> {
  const image = await decodeImage(source, options);
  const { data, width, height } = image;
  if (Math.max(width, height) / Math.min(width, height) > MAX_ASPECT_RATIO) {
    throw rarlError("IMAGE_ASPECT_RATIO", {
      file: imageLabel(source),
      width,
      height,
      limit: MAX_ASPECT_RATIO,
    });
  }
  const { minPixels, maxPixels, patchSize, mergeSize } = config;
  const size = smartResize(height, width, { factor: patchSize * mergeSize, minPixels, maxPixels });
  const resized = resizeBicubic(data, height, width, size.height, size.width);
  return { ...patchify(resized, size.height, size.width, config), contentHash: hash(image, config) };
}

function hash({ data, width, height }: RgbImage, config: ImageProcessorConfig): string {
  const { minPixels, maxPixels, patchSize, temporalPatchSize, mergeSize, rescaleFactor, mean, deviation } =
    config;
  const limits = [minPixels, maxPixels, patchSize, temporalPatchSize, mergeSize];
  const settings = JSON.stringify([width, height, ...limits, rescaleFactor, mean, deviation]);
  return createHash("sha256").update(settings).update(data).digest("hex");
}
