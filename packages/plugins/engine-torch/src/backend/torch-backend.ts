import {
  DataStorage,
  engine,
  KernelBackend,
  util,
  type BackendTimingInfo,
  type BackendValues,
  type DataId,
  type DataType,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { rarlError, type WeightStorage } from "@rarl-sdk/core";
import type { FileTensor, WeightLoader } from "@rarl-sdk/nn";
import { dtypeCodes, storageCodes, type NativeAddon, type TorchDtype } from "../addon/native-addon.js";
import { CommandWriter, type Attributes } from "./command-writer.js";
import { engineFailure } from "./engine-failure.js";

/** Values of a tensor: in a slot of the engine, or, for strings, here. */
interface TensorData {
  readonly slot: number;
  readonly dtype: DataType;
  readonly strings?: BackendValues;
  refCount: number;
}

/** Values up to this many travel in the command. */
const inlineValues = 16;

/** The shape and dtype of a result. */
export interface ResultSpec {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/**
 * TensorFlow.js backend whose operations run on the engine's thread. A kernel infers its result's shape, enqueues and
 * returns; reading waits. Errors of an operation appear at the next read.
 */
export class TorchBackend extends KernelBackend implements WeightLoader {
  private readonly data: DataStorage<TensorData>;
  private readonly writer: CommandWriter;
  /** Threads of an operation. */
  readonly threads: number;

  constructor(
    private readonly addon: NativeAddon,
    readonly device: string,
    threads = 0,
    /** How frozen matrices are kept; `auto` keeps them as their file does. */
    readonly weights: WeightStorage = "auto",
  ) {
    super();
    this.data = new DataStorage(this, engine());
    this.writer = new CommandWriter(addon);
    this.threads = addon.start(device, threads, this.writer.memory);
  }

  /** Whether the addon has an operation of that name. */
  hasOperation(name: string): boolean {
    return this.writer.has(name);
  }

  /** Makes fused operations go the way of devices that the addon has no code of its own for. */
  async usePortableKernels(portable: boolean): Promise<void> {
    await this.drain();
    this.addon.usePortableKernels(portable);
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++;
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    if (dtype === "string") {
      this.data.set(dataId, { slot: -1, dtype, strings: values, refCount });
      return;
    }
    const code = torchDtype(dtype);
    const slot = this.writer.newSlot();
    const numbers = values as Float32Array | Int32Array | Uint8Array;
    if (numbers.length <= inlineValues) {
      this.writer.run("Constant", [], [{ slot, shape, dtype: code }], Array.from(numbers));
    } else {
      this.writer.flush();
      try {
        this.addon.put(slot, typed(numbers, code), dtypeCodes[code], shape);
      } catch (error) {
        throw engineFailure(Object.assign(error as Error, { operation: "write", shapes: [shape] }));
      }
    }
    this.data.set(dataId, { slot, dtype, refCount });
  }

  /** Whether `loadWeight` takes a dtype; others must be written as float32. */
  loads(dtype: string): boolean {
    return dtype === "F32" || dtype === "BF16" || dtype === "F16";
  }

  /**
   * A frozen weight straight from its file: mapped where it is kept as it lies, else converted on the engine's thread.
   * It stands for float32 whatever it is kept in. What is wrong with the file appears at the next read.
   */
  loadWeight({ file, offset, dtype, shape }: FileTensor): TensorInfo {
    const asInFile = dtype === "BF16" ? "bf16" : "f32";
    const storage = storageCodes[this.weights === "auto" ? asInFile : this.weights];
    const slot = this.writer.newSlot();
    this.writer.flush();
    this.addon.load(slot, file, offset, dtype, storage, shape);
    const dataId = {};
    this.data.set(dataId, { slot, dtype: "float32", refCount: 1 });
    return { dataId, shape: [...shape], dtype: "float32" };
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    const data = this.data.get(dataId);
    if (data.strings !== undefined) return data.strings;
    return this.addon.read(data.slot).then(
      (buffer) => values(buffer, data.dtype),
      (error: unknown) => {
        throw engineFailure(error);
      },
    );
  }

  override readSync(dataId: DataId): BackendValues {
    const data = this.data.get(dataId);
    if (data.strings !== undefined) return data.strings;
    try {
      return values(this.addon.readSync(data.slot), data.dtype);
    } catch (error) {
      throw engineFailure(error);
    }
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const data = this.data.get(dataId);
    data.refCount--;
    if (!force && data.refCount > 0) return false;
    if (data.strings === undefined) this.writer.free(data.slot);
    this.data.delete(dataId);
    return true;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override timerAvailable(): boolean {
    return true;
  }

  /** Time until the engine has done all that `f` enqueued. */
  override async time(f: () => void): Promise<BackendTimingInfo> {
    await this.drain();
    const start = util.now();
    f();
    await this.drain();
    return { kernelMs: util.now() - start };
  }

  /**
   * Waits without blocking until everything enqueued is done.
   * @throws RarlError `ENGINE_OP_FAILED`, `ENGINE_OUT_OF_MEMORY`
   */
  async drain(): Promise<void> {
    this.writer.flush();
    try {
      await this.addon.read(-1);
    } catch (error) {
      throw engineFailure(error);
    }
  }

  override dispose(): void {
    this.addon.stop();
  }

  /** Enqueues an operation with one result. */
  compute(
    operation: string,
    inputs: readonly (TensorInfo | null)[],
    shape: readonly number[],
    dtype: DataType,
    attributes: Attributes = [],
  ): TensorInfo {
    return this.computeAll(operation, inputs, [{ shape, dtype }], attributes)[0]!;
  }

  /** Enqueues an operation with any number of results. */
  computeAll(
    operation: string,
    inputs: readonly (TensorInfo | null)[],
    results: readonly ResultSpec[],
    attributes: Attributes = [],
  ): TensorInfo[] {
    const operands = inputs.map((input) =>
      input === null ? null : { slot: this.slotOf(input), shape: input.shape },
    );
    const outputs = results.map(({ shape, dtype }) => ({
      slot: this.writer.newSlot(),
      shape,
      dtype: torchDtype(dtype),
    }));
    this.writer.run(operation, operands, outputs, attributes);
    return outputs.map(({ slot }, i) => {
      const { shape, dtype } = results[i]!;
      const dataId = {};
      this.data.set(dataId, { slot, dtype, refCount: 1 });
      return { dataId, shape: [...shape], dtype };
    });
  }

  /** The same values in another shape. */
  view(x: TensorInfo, shape: readonly number[]): TensorInfo {
    this.incRef(x.dataId);
    return { dataId: x.dataId, shape: [...shape], dtype: x.dtype };
  }

  private slotOf(input: TensorInfo): number {
    const data = this.data.get(input.dataId);
    if (data.strings !== undefined) torchDtype("string");
    return data.slot;
  }
}

/** @throws RarlError `ENGINE_OP_FAILED` for a dtype without kernels */
function torchDtype(dtype: DataType): TorchDtype {
  if (dtype in dtypeCodes) return dtype as TorchDtype;
  throw rarlError("ENGINE_OP_FAILED", {
    engine: "torch",
    operation: "a kernel",
    shapes: [],
    reason: `it has no tensors of ${dtype}`,
  });
}

function typed(numbers: ArrayLike<number>, dtype: TorchDtype): Float32Array | Int32Array | Uint8Array {
  const Wanted = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return numbers instanceof Wanted ? numbers : Wanted.from(numbers);
}

function values(buffer: ArrayBuffer, dtype: DataType): BackendValues {
  if (dtype === "int32") return new Int32Array(buffer);
  return dtype === "bool" ? new Uint8Array(buffer) : new Float32Array(buffer);
}
