import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";
import type { StoredValues } from "../stored-values.js";

/** A codec's module, loaded when it is first needed and anew after a failure, which can leave one in a bad state. */
export class WasmCodec<Decoder extends CodecDecoder, Module> {
  #module: Promise<Module> | null = null;

  constructor(
    private readonly create: () => Promise<Module>,
    private readonly decoderOf: (module: Module) => Decoder,
  ) {}

  /** Loads the module, so that what comes next is decoding alone. */
  async load(): Promise<void> {
    this.#module ??= this.create();
    await this.#module;
  }

  /**
   * Runs `decode` on a decoder that holds `bytes`. What it throws, but for a DicomProblem, becomes one with `reason`.
   * @throws DicomProblem
   */
  async use<Result>(
    bytes: Uint8Array,
    reason: string,
    decode: (decoder: Decoder) => Result,
  ): Promise<Result> {
    this.#module ??= this.create();
    const module = await this.#module;
    try {
      const decoder = this.decoderOf(module);
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      const result = decode(decoder);
      decoder.delete();
      return result;
    } catch (error) {
      this.#module = null;
      throw error instanceof DicomProblem ? error : new DicomProblem(reason);
    }
  }
}

/** Copies decoded samples out of a module's memory: bytes up to 8 bits, else little-endian pairs. */
export function samplesOf(decoded: Uint8Array, bits: number, image: ImageAttributes): StoredValues {
  const count = image.rows * image.columns * image.samplesPerPixel;
  const width = bits <= 8 ? 1 : 2;
  if (decoded.length < count * width) throw new DicomProblem("its pixel data are cut off");
  if (width === 1)
    return image.samplesPerPixel === 1 ? new Int32Array(decoded.subarray(0, count)) : decoded.slice(0, count);
  const view = new DataView(decoded.buffer, decoded.byteOffset, decoded.byteLength);
  const values = new Int32Array(count);
  for (let index = 0; index < count; index++) values[index] = view.getUint16(index * 2, true);
  return values;
}
