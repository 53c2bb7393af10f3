/** What is known of a stored tensor without reading it. */
export interface TensorInfo {
  /** Name in the format, such as `BF16`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Path of the file that holds it. */
  readonly file: string;
}

/** Where the values of a stored tensor lie, row-major and little-endian. */
export interface FileTensor extends TensorInfo {
  /** Of the first byte in the file. */
  readonly offset: number;
}

/** Stored tensors that are read one by one: a safetensors file, or a checkpoint of several. */
export interface WeightsSource {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** @throws RarlError `TENSOR_MISSING` */
  info(name: string): TensorInfo;
  /**
   * Absent where tensors do not lie in files.
   * @throws RarlError `TENSOR_MISSING`
   */
  location?(name: string): FileTensor;
  /**
   * Checks a shape before anything is read. `-1` stands for any size.
   * @throws RarlError `TENSOR_MISSING`, `TENSOR_SHAPE`
   */
  expectShape(name: string, shape: readonly number[]): TensorInfo;
  /**
   * Values in row-major order, expanded to float32. Reads only this tensor, in pieces of at most 16 MiB, so the
   * memory needed is the result plus one piece. Integers beyond 2^24 are rounded.
   * @throws RarlError `TENSOR_MISSING`, `TENSOR_DTYPE`, `SAFETENSORS_INVALID`
   */
  read(name: string): Promise<Float32Array>;
  /**
   * SHA-256 in hex over the headers (names, dtypes, shapes) and up to 3 × 4 KiB of each tensor: its beginning,
   * middle and end. Takes about a second for 4 GB. It tells checkpoints apart, and any training step changes it;
   * a change confined to bytes between the samples goes unnoticed.
   */
  fingerprint(): Promise<string>;
  close(): Promise<void>;
}
