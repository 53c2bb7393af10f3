import type { StreamSize } from "./check-stream.js";

/** Start of codestream, then the image and tile size segment (T.800, A.5.1). */
const START_AND_SIZE = [0xff, 0x4f, 0xff, 0x51];
/** Some writers wrap the codestream in a JP2 file, whose boxes before it are short. */
const BOXES_LIMIT = 4096;

export interface Jpeg2000Header extends StreamSize {
  readonly tiles: number;
}

/** The size segment of a JPEG 2000 codestream, or null when there is none. */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, BOXES_LIMIT)).indexOf(
    Buffer.from(START_AND_SIZE),
  );
  if (start < 0 || start + 45 > bytes.byteLength) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  // Grid extent, image offset, tile extent and tile offset, each across and down.
  const [xEnd, yEnd, x, y, tileWidth, tileHeight, tileX, tileY] = Array.from({ length: 8 }, (_, index) =>
    view.getUint32(8 + 4 * index),
  ) as [number, number, number, number, number, number, number, number];
  const components = view.getUint16(40);
  // One less than the bits, and the sign above them; of the first component, which the others equal.
  const bits = (view.getUint8(42) & 0x7f) + 1;
  const isPlain = [43, 44].every((at) => view.getUint8(at) === 1);
  if (tileWidth === 0 || tileHeight === 0 || !isPlain) return null;
  const tiles = Math.ceil((xEnd - tileX) / tileWidth) * Math.ceil((yEnd - tileY) / tileHeight);
  return { width: xEnd - x, height: yEnd - y, components, bits, tiles };
}
