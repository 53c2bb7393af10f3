import { inflateRawSync } from "node:zlib";
import dicomParser, { type DataSet } from "dicom-parser";
import { DicomProblem } from "./dicom-problem.js";
import { transferSyntaxes, type PixelCoding } from "./transfer-syntax.js";

/** The elements up to the pixel data, and how those are stored. */
export interface DicomHeader {
  readonly dataSet: DataSet;
  readonly transferSyntax: string;
  readonly coding: PixelCoding;
}

export const PIXEL_DATA = "x7fe00010";

/**
 * Parses everything before the pixel data. A deflated file is inflated to at most `inflatedLimit` bytes.
 * @throws DicomProblem
 */
export function parseHeader(bytes: Uint8Array, inflatedLimit: number): DicomHeader {
  let transferSyntax: string | undefined;
  let dataSet: DataSet;
  try {
    // The file meta information is little endian whatever follows, and says how the rest is stored.
    transferSyntax = dicomParser.readPart10Header(bytes).string("x00020010");
    dataSet = dicomParser.parseDicom(bytes, {
      untilTag: PIXEL_DATA,
      inflater: (all, position) => inflate(all, position, inflatedLimit),
    });
  } catch (error) {
    if (error instanceof DicomProblem) throw error;
    throw new DicomProblem("its DICOM header is cut off or damaged");
  }
  const coding = Object.hasOwn(transferSyntaxes, transferSyntax ?? "")
    ? transferSyntaxes[transferSyntax!]
    : undefined;
  if (coding === undefined) {
    const isUid = /^[0-9.]{1,64}$/.test(transferSyntax ?? "");
    throw new DicomProblem(
      `its transfer syntax ${isUid ? transferSyntax! : "is damaged and"} is none of those that are read: uncompressed, ` +
        "deflated, RLE, JPEG of 8 bits, JPEG Lossless, JPEG-LS, JPEG 2000",
    );
  }
  return { dataSet, transferSyntax: transferSyntax!, coding };
}

/** What stands before `position`, and after it the inflated rest. */
function inflate(bytes: Uint8Array, position: number, limit: number): Uint8Array {
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(bytes.subarray(position), { maxOutputLength: limit });
  } catch {
    throw new DicomProblem(`its deflated data are damaged, or grow beyond ${limit} bytes`);
  }
  const whole = new Uint8Array(position + inflated.length);
  whole.set(bytes.subarray(0, position));
  whole.set(inflated, position);
  return whole;
}
