import createOpenJpeg, {
  type J2KDecoder,
  type OpenJpegModule,
} from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";
import type { StoredValues } from "../stored-values.js";
import { checkStream } from "./check-stream.js";
import { readJpeg2000Header } from "./jpeg-2000-header.js";
import { samplesOf, WasmCodec } from "./wasm-codec.js";

/** Loaded by whoever counts the time of decoding. */
export const jpeg2000Codec = new WasmCodec<J2KDecoder, OpenJpegModule>(
  () => createOpenJpeg({ print: () => undefined, printErr: () => undefined }),
  (module) => new module.J2KDecoder(),
);

const damaged = "its JPEG 2000 pixel data are cut off or damaged";

/** A stream may say millions of tiles in a few bytes; none in use has more than some hundreds. */
const TILE_LIMIT = 4096;

/**
 * JPEG 2000, reversible or not; the colour transform of the stream is undone.
 * @throws DicomProblem
 */
export async function decodeJpeg2000(bytes: Uint8Array, image: ImageAttributes): Promise<StoredValues> {
  const header = readJpeg2000Header(bytes);
  checkStream(header, image);
  const { bits, tiles } = header;
  if (tiles > TILE_LIMIT) throw new DicomProblem(`its JPEG 2000 stream says ${tiles} tiles`);
  return jpeg2000Codec.use(bytes, damaged, (decoder) => {
    decoder.decode();
    // It throws for few of the streams that it cannot decode; of the others it tells no components.
    if (decoder.getFrameInfo().componentCount !== header.components) throw new DicomProblem(damaged);
    return samplesOf(decoder.getDecodedBuffer(), bits, image);
  });
}
