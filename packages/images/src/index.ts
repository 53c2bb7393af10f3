export { decodeDeepGrey } from "./decode-deep-grey.js";
export { decodeImage, DEFAULT_PIXEL_LIMIT, type DecodeOptions } from "./decode-image.js";
export type { DeepGrey } from "./deep-grey.js";
export { encodePng } from "./encode-png.js";
export { hashDistance, perceptualHash, pixelHash } from "./image-hashes.js";
export { imageLabel, readImage } from "./read-image.js";
export { thumbnail, type Thumbnail } from "./thumbnail.js";
export type { RgbImage } from "./rgb-image.js";
export { sniffFormat, type ImageFormat, type Sniffed } from "./sniff-format.js";
