import { decode } from "@cwasm/nsbmp";
import { checkSize, unreadable, type DecodeTarget } from "../decode-target.js";
import type { RgbImage } from "../rgb-image.js";

/** Lengths of the file header, and of the information header of OS/2, which has 16-bit sizes. */
const FILE_HEADER = 14;
const CORE_HEADER = 12;

/**
 * Decodes a BMP to Pillow's RGB. Channels of 5 and 6 bits are widened by shifting, up to 7 of 255 below Pillow's.
 * @throws RarlError `IMAGE_UNREADABLE`, `IMAGE_TOO_LARGE`
 */
export function decodeBmp(bytes: Uint8Array, target: DecodeTarget): RgbImage {
  const size = readSize(bytes);
  if (size === null) throw unreadable(target, "its BMP header is cut off or damaged");
  const { width, height } = size;
  checkSize(target, width, height);
  let decoded: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };
  try {
    decoded = decode(bytes);
  } catch (error) {
    throw unreadable(target, "it is a damaged BMP, or of a rare kind", error);
  }
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = decoded.data[from]!;
    data[to + 1] = decoded.data[from + 1]!;
    data[to + 2] = decoded.data[from + 2]!;
  }
  return { data, width, height };
}

function readSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < FILE_HEADER + CORE_HEADER) return null;
  const headerLength = view.getUint32(FILE_HEADER, true);
  const isCore = headerLength === CORE_HEADER;
  if (!isCore && (headerLength < 40 || view.byteLength < FILE_HEADER + 40)) return null;
  const at = FILE_HEADER + 4;
  const width = isCore ? view.getUint16(at, true) : view.getInt32(at, true);
  // Negative heights mean that the top row comes first.
  const height = isCore ? view.getUint16(at + 2, true) : Math.abs(view.getInt32(at + 4, true));
  return width > 0 && height > 0 ? { width, height } : null;
}
