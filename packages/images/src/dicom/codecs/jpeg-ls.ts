import createCharls, {
  type CharlsModule,
  type JpegLSDecoder,
} from "@cornerstonejs/codec-charls/decodewasmjs";
import type { ImageAttributes } from "../image-attributes.js";
import { interleaved, type StoredValues } from "../stored-values.js";
import { checkStream } from "./check-stream.js";
import { readJpegFrameHeader } from "./jpeg-frame-header.js";
import { samplesOf, WasmCodec } from "./wasm-codec.js";

/** Loaded by whoever counts the time of decoding. */
export const jpegLsCodec = new WasmCodec<JpegLSDecoder, CharlsModule>(
  () => createCharls(),
  (module) => new module.JpegLSDecoder(),
);

const PLANE_AFTER_PLANE = 0;

/**
 * JPEG-LS, lossless or near.
 * @throws DicomProblem
 */
export async function decodeJpegLs(bytes: Uint8Array, image: ImageAttributes): Promise<StoredValues> {
  const header = readJpegFrameHeader(bytes);
  checkStream(header, image);
  return jpegLsCodec.use(bytes, "its JPEG-LS pixel data are cut off or damaged", (decoder) => {
    decoder.decode();
    const samples = samplesOf(decoder.getDecodedBuffer(), header.bits, image);
    const isPlanar = image.samplesPerPixel === 3 && decoder.getInterleaveMode() === PLANE_AFTER_PLANE;
    return isPlanar ? interleaved(samples as Uint8Array, image.rows * image.columns) : samples;
  });
}
