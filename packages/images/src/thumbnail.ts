import type { ImageSource } from "@rarl-sdk/core";
import sharp from "sharp";
import { decodeImage } from "./decode-image.js";

/** An image small enough to embed in a page. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly mediaType: "image/png" | "image/jpeg";
  readonly width: number;
  readonly height: number;
}

/** Up to this size nothing is lost to compression. */
const losslessEdge = 128;

/**
 * The pixels of an image within `edge` × `edge`, never enlarged; nothing of the header of the file goes along.
 * @throws RarlError what `decodeImage` throws
 */
export async function thumbnail(source: ImageSource, edge: number): Promise<Thumbnail> {
  const { data, width, height } = await decodeImage(source);
  const raw = sharp(data, { raw: { width, height, channels: 3 } });
  const resized = raw.resize(edge, edge, { fit: "inside", withoutEnlargement: true });
  const isSmall = Math.max(width, height) <= losslessEdge;
  const encoded = isSmall ? resized.png() : resized.jpeg({ quality: 85 });
  const { data: bytes, info } = await encoded.toBuffer({ resolveWithObject: true });
  const mediaType = isSmall ? "image/png" : "image/jpeg";
  return { bytes, mediaType, width: info.width, height: info.height };
}
