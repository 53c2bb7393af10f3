import sharp from "sharp";
import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";
import { checkStream } from "./check-stream.js";
import { readJpegFrameHeader } from "./jpeg-frame-header.js";

/** An Adobe segment that says that the components are not transformed, to stand after the start of the image. */
const UNTRANSFORMED = Uint8Array.from([
  0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0,
]);

const damaged = "its JPEG pixel data are cut off or damaged";

/** Start-of-frame markers of baseline and extended sequential JPEG. */
const SEQUENTIAL = [0xc0, 0xc1];
const START_OF_SCAN = Buffer.from([0xff, 0xda]);

/**
 * Baseline and extended JPEG of 8 bits. Colours come out as RGB, whichever the stream holds.
 * @returns `[rows, columns, samplesPerPixel]`
 * @throws DicomProblem
 */
export async function decodeJpeg(bytes: Uint8Array, image: ImageAttributes): Promise<Uint8Array> {
  const header = readJpegFrameHeader(bytes);
  checkStream(header, image);
  if (header.bits !== 8) throw new DicomProblem(`JPEG of ${header.bits} bits is not read; 8 bits are`);
  if (!SEQUENTIAL.includes(header.marker))
    throw new DicomProblem("its JPEG is progressive or of a rare kind; baseline and extended JPEG are read");
  // Each goes over all of the image: a stream of scans without end would keep the decoder busy as long.
  if (scans(bytes) > header.components) throw new DicomProblem(damaged);
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
  throw new DicomProblem(damaged);
}

/** How many scans a stream begins; their marker stands nowhere else in a sound one but in comments. */
function scans(bytes: Uint8Array): number {
  const stream = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = 0; (at = stream.indexOf(START_OF_SCAN, at)) >= 0; at += 2) count++;
  return count;
}
