import { DicomProblem } from "./dicom-problem.js";
import type { ImageAttributes } from "./image-attributes.js";

/** Sample values as stored, `[rows, columns, samplesPerPixel]`, of greys signed if the image is. */
export type StoredValues = Uint8Array | Int32Array;

/**
 * Native pixel data as values: unused bits are cleared, and signs extended.
 * @throws DicomProblem when there are fewer than the image needs
 */
export function nativeValues(
  bytes: Uint8Array,
  image: ImageAttributes,
  isLittleEndian: boolean,
): StoredValues {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometric, isPlanar } = image;
  if (photometric === "YBR_FULL_422") throw new DicomProblem("uncompressed YBR_FULL_422 is not read");
  const count = rows * columns * samplesPerPixel;
  const width = bitsAllocated / 8;
  if (bytes.length < count * width) throw new DicomProblem("its pixel data are cut off");
  if (samplesPerPixel === 3) return isPlanar ? interleaved(bytes, rows * columns) : bytes.subarray(0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    values[index] =
      width === 1
        ? bytes[index]!
        : width === 2
          ? view.getUint16(index * 2, isLittleEndian)
          : view.getUint32(index * 4, isLittleEndian);
  }
  return cleared(values, image);
}

/** Keeps the stored bits of each value, which end at the high bit, and extends the sign of signed ones. */
export function cleared(values: Int32Array, { bitsStored, highBit, isSigned }: ImageAttributes): Int32Array {
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  for (let index = 0; index < values.length; index++) {
    const shifted = values[index]! << left;
    values[index] = isSigned ? shifted >> right : shifted >>> right;
  }
  return values;
}

/** Plane after plane to pixel after pixel. */
export function interleaved(planes: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    out[pixel * 3] = planes[pixel]!;
    out[pixel * 3 + 1] = planes[pixels + pixel]!;
    out[pixel * 3 + 2] = planes[2 * pixels + pixel]!;
  }
  return out;
}
