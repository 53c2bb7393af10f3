/** Codes of dtypes in the addon. */
export const dtypeCodes = { float32: 0, int32: 1, bool: 2 } as const;

/** Codes of the ways a weight's values are kept. */
export const storageCodes = { f32: 0, bf16: 1, int8: 2 } as const;

export type TorchDtype = keyof typeof dtypeCodes;

/** What a rejected read or a failed start carries. */
export interface NativeFailure extends Error {
  readonly operation?: string;
  /** Shapes of the operation's inputs. */
  readonly shapes?: readonly (readonly number[])[];
  readonly outOfMemory?: boolean;
  /** Bytes asked for when memory ran out, 0 if unknown. */
  readonly bytes?: number;
}

/** The compiled addon. Operations run one after another on a thread of its own. */
export interface NativeAddon {
  /** Names of the operations; an operation's code is its place. */
  readonly operations: readonly string[];
  /** Of the libtorch it was compiled against. */
  readonly version: string;
  readonly cudaDevices: number;
  /**
   * Starts the thread.
   * @param threads threads of an operation; 0 leaves libtorch's choice
   * @param words where commands are written before `submit`
   * @returns threads of an operation
   */
  start(device: string, threads: number, words: Float64Array): number;
  /** Enqueues the command in the first `count` words. */
  submit(count: number): void;
  /** Copies values to a slot. */
  put(
    slot: number,
    values: Float32Array | Int32Array | Uint8Array,
    dtype: number,
    shape: readonly number[],
  ): void;
  /**
   * Values of a file become the tensor of a slot; they are mapped, not copied, where they are kept as they lie.
   * @param offset of the first byte in the file
   * @param dtype the safetensors format's name
   * @param storage a code of `storageCodes`
   */
  load(
    slot: number,
    file: string,
    offset: number,
    dtype: string,
    storage: number,
    shape: readonly number[],
  ): void;
  /** Bytes of a slot once everything before has run; slot -1 only waits. Rejects with a `NativeFailure`. */
  read(slot: number): Promise<ArrayBuffer>;
  readSync(slot: number): ArrayBuffer;
  /** Whether fused operations use libtorch's own operations where the addon has faster ones for CPUs. */
  usePortableKernels(portable: boolean): void;
  /** Ends the thread after the operation it is in; what waits is dropped. */
  stop(): void;
}
