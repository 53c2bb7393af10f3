import sharp from "sharp";
import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";
import { checkStream } from "./check-stream.js";
import { readJpegFrameHeader } from "./jpeg-frame-header.js";

/** An Adobe segment that says that the components are not transformed, to stand after the start of the image. */
const UNTRANSFORMED = Uint8Array.from([
  0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0,
]);

/**
 * Baseline and extended JPEG of 8 bits. Colours come out as RGB, whichever the stream holds.
 * @returns `[rows, columns, samplesPerPixel]`
 * @throws DicomProblem
 */
export async function decodeJpeg(bytes: Uint8Array, image: ImageAttributes): Promise<Uint8Array> {
  const header = readJpegFrameHeader(bytes);
  checkStream(header, image);
  if (header.bits !== 8) throw new DicomProblem(`JPEG of ${header.bits} bits is not read; 8 bits are`);
  const isGrey = image.samplesPerPixel === 1;
  // Without a marker a decoder takes three components for YCbCr; the DICOM header knows better.
  const stream =
    image.photometric === "RGB"
      ? Buffer.concat([bytes.subarray(0, 2), UNTRANSFORMED, bytes.subarray(2)])
      : bytes;
  try {
    const { data, info } = await sharp(stream, { ignoreIcc: true, limitInputPixels: false, failOn: "error" })
      .toColourspace(isGrey ? "b-w" : "srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels === image.samplesPerPixel) return data;
  } catch {
    // The reason may quote the stream; ours does not.
  }
  throw new DicomProblem("its JPEG pixel data are cut off or damaged");
}
