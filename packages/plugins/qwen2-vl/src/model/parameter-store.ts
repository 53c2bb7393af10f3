import { rarlError, type NamedVariable, type TrainableScope } from "@rarl-sdk/core";
import {
  loadWeight,
  transposeValues,
  type Checkpoint,
  type TensorToWrite,
  type WritableDtype,
} from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { canonicalName, isDerivedBuffer } from "./names.js";
import { Parameter } from "./parameter.js";

/** A parameter and how its file holds it. */
interface StoredParameter {
  readonly parameter: Parameter;
  /** Shape in the file. */
  readonly fileShape: readonly number[];
  /** Dtype in the file, or F32 where the format of the file cannot be written. */
  readonly dtype: WritableDtype;
}

/** Reads a checkpoint's tensors into parameters, one at a time, and gives them back for saving. */
export class ParameterStore {
  private readonly stored = new Map<string, StoredParameter>();
  private readonly fileNames: ReadonlyMap<string, string>;

  constructor(
    private readonly checkpoint: Checkpoint,
    /** Where the tensors come from, for messages. */
    readonly directory: string,
    private readonly scope: TrainableScope,
  ) {
    this.fileNames = new Map(
      checkpoint.names
        .map((name) => [canonicalName(name), name] as const)
        .filter(([name]) => !isDerivedBuffer(name)),
    );
  }

  has(name: string): boolean {
    return this.fileNames.has(name);
  }

  /**
   * The parameter `name` (canonical), whose file shape must be one of `shapes`. With `matrix` it is reshaped to
   * `[out, in]` and kept as `[in, out]`.
   * @throws RarlError `TENSOR_MISSING`, `TENSOR_SHAPE`
   */
  async read(
    name: string,
    shapes: readonly (readonly number[])[],
    matrix?: readonly [out: number, inputs: number],
  ): Promise<Parameter> {
    const fileName = this.fileNames.get(name);
    if (fileName === undefined) {
      throw rarlError("TENSOR_MISSING", { tensor: name, file: this.directory });
    }
    const { shape, dtype, file } = this.checkpoint.info(fileName);
    if (!shapes.some((expected) => sameShape(expected, shape))) {
      throw rarlError("TENSOR_SHAPE", { file, tensor: fileName, expected: shapes[0]!, found: shape });
    }
    const trainable = this.scope === "all" || (this.scope === "language" && !name.startsWith("visual."));
    const tensor = trainable
      ? await this.readTrainable(fileName, shape, matrix)
      : await this.readFrozen(fileName, matrix);
    const parameter = new Parameter(name, tensor, trainable, matrix !== undefined);
    this.stored.set(name, { parameter, fileShape: shapes[0]!, dtype: isWritable(dtype) ? dtype : "F32" });
    return parameter;
  }

  private async readTrainable(
    fileName: string,
    shape: readonly number[],
    matrix: readonly [out: number, inputs: number] | undefined,
  ): Promise<tf.Tensor> {
    const values = await this.checkpoint.read(fileName);
    return matrix === undefined ? tf.tensor(values, [...shape]) : turned(values, ...matrix);
  }

  /** A matrix stays in the file's order and is seen through a view where the engine can. */
  private async readFrozen(
    fileName: string,
    matrix: readonly [out: number, inputs: number] | undefined,
  ): Promise<tf.Tensor> {
    const values = await loadWeight(this.checkpoint, fileName);
    if (matrix === undefined) return values;
    const tensor = tf.tidy(() => tf.transpose(tf.reshape(values, [...matrix])));
    values.dispose();
    return tensor;
  }

  /** Parameters in all. */
  get parameterCount(): number {
    return [...this.stored.values()].reduce(
      (sum, { fileShape }) => sum + fileShape.reduce((a, b) => a * b, 1),
      0,
    );
  }

  variables(): readonly NamedVariable[] {
    return [...this.stored.values()].flatMap(({ parameter }) =>
      parameter.variables().map((variable) => ({ name: parameter.name, variable })),
    );
  }

  dispose(): void {
    for (const { parameter } of this.stored.values()) parameter.dispose();
  }

  /** Every tensor in the file's own shape and order; trained ones in F32 unless `dtype` says otherwise. */
  *export(dtype?: WritableDtype): Iterable<TensorToWrite> {
    for (const [name, { parameter, fileShape, dtype: fileDtype }] of this.stored) {
      yield {
        name,
        shape: fileShape,
        dtype: dtype ?? (parameter.trainable ? "F32" : fileDtype),
        data: async () => {
          const tensor = tf.tidy(() =>
            parameter.isTransposed ? tf.transpose(parameter.tensor) : parameter.tensor.clone(),
          );
          try {
            return (await tensor.data()) as Float32Array;
          } finally {
            tensor.dispose();
          }
        },
      };
    }
  }

  /** Replaces trained values by those of another checkpoint with the same tensors. */
  async restore(checkpoint: Checkpoint, directory: string): Promise<void> {
    const fileNames = new Map(checkpoint.names.map((name) => [canonicalName(name), name] as const));
    for (const [name, { parameter, fileShape }] of this.stored) {
      if (!parameter.trainable) continue;
      const fileName = fileNames.get(name);
      if (fileName === undefined) throw rarlError("TENSOR_MISSING", { tensor: name, file: directory });
      const { shape, file } = checkpoint.info(fileName);
      if (!sameShape(shape, fileShape))
        throw rarlError("TENSOR_SHAPE", { file, tensor: fileName, expected: fileShape, found: shape });
      const values = await checkpoint.read(fileName);
      const target = parameter.tensor.shape;
      parameter.replace(
        parameter.isTransposed ? turned(values, target[1]!, target[0]) : tf.tensor(values, target),
      );
    }
  }
}

/** A file's `[out, in]` as `[in, out]`. */
function turned(values: Float32Array, out: number, inputs: number): tf.Tensor2D {
  return tf.tensor2d(transposeValues(values, out, inputs), [inputs, out]);
}

function isWritable(dtype: string): dtype is WritableDtype {
  return dtype === "F32" || dtype === "BF16" || dtype === "F16";
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
