import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";

/** A header of 16 numbers of 32 bits: how many segments, and where each begins. */
const HEADER = 64;

/**
 * RLE lossless (PS3.5, annex G): a segment for every byte of every sample, high bytes first, each in PackBits.
 * @returns native little-endian pixels, colours pixel after pixel
 * @throws DicomProblem
 */
export function decodeRle(bytes: Uint8Array, image: ImageAttributes): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated } = image;
  const width = bitsAllocated / 8;
  const segments = samplesPerPixel * width;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== segments) throw damaged();
  const pixels = rows * columns;
  // Two bytes stand for 128 at most: a size that cannot be is refused before memory is reserved by it.
  if (bytes.length - HEADER < segments * 2 * Math.ceil(pixels / 128)) throw damaged();
  const out = new Uint8Array(pixels * segments);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    if (start < HEADER || end < start || end > bytes.length) throw damaged();
    const sample = Math.floor(segment / width);
    const byte = width - 1 - (segment % width);
    unpack(bytes.subarray(start, end), pixels, out, sample * width + byte, segments);
  }
  return out;
}

/** Writes `count` unpacked bytes to `out`, from `offset` on, `stride` apart. */
function unpack(packed: Uint8Array, count: number, out: Uint8Array, offset: number, stride: number): void {
  let at = 0;
  let written = 0;
  while (written < count) {
    if (at >= packed.length) throw damaged();
    const control = packed[at++]!;
    if (control === 128) continue;
    const isRun = control > 128;
    const length = Math.min(isRun ? 257 - control : control + 1, count - written);
    if (at + (isRun ? 1 : length) > packed.length) throw damaged();
    for (let index = 0; index < length; index++)
      out[offset + stride * written++] = packed[isRun ? at : at + index]!;
    at += isRun ? 1 : control + 1;
  }
}

function damaged(): DicomProblem {
  return new DicomProblem("its RLE pixel data are cut off or damaged");
}
