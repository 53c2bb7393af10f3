import { Decoder } from "jpeg-lossless-decoder-js";
import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";
import type { StoredValues } from "../stored-values.js";
import { checkStream } from "./check-stream.js";
import { readJpegFrameHeader } from "./jpeg-frame-header.js";

const LOSSLESS_HUFFMAN = 0xc3;

/**
 * JPEG Lossless (T.81, process 14), any predictor.
 * @throws DicomProblem
 */
export function decodeJpegLossless(bytes: Uint8Array, image: ImageAttributes): StoredValues {
  const header = readJpegFrameHeader(bytes);
  checkStream(header, image);
  if (header.marker !== LOSSLESS_HUFFMAN) throw new DicomProblem("its pixel data are not JPEG Lossless");
  // The decoder takes what lies behind the end of a cut stream for zeros.
  if (!endsImage(bytes)) throw damaged();
  const count = image.rows * image.columns * image.samplesPerPixel;
  let decoded: ArrayBuffer;
  try {
    // The decoder takes a whole buffer, and reads 16 bits at a time.
    const whole = new Uint8Array(bytes);
    decoded = new Decoder().decompress(whole.buffer, 0, whole.byteLength);
  } catch {
    throw damaged();
  }
  if (header.bits <= 8) {
    if (decoded.byteLength < count) throw damaged();
    const values = new Uint8Array(decoded, 0, count);
    return image.samplesPerPixel === 1 ? new Int32Array(values) : values;
  }
  if (decoded.byteLength < count * 2) throw damaged();
  return new Int32Array(new Uint16Array(decoded, 0, count));
}

/** Whether the last marker is the end of the image; a byte of padding may follow. */
function endsImage(bytes: Uint8Array): boolean {
  const end = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}

function damaged(): DicomProblem {
  return new DicomProblem("its JPEG Lossless pixel data are cut off or damaged");
}
