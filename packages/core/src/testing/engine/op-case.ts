import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../random/philox.js";
import { sizeOf, type PlainArray } from "./plain-array.js";

/** An input of a case: numbers drawn within ±2, away from 0 and from each other, unless `values` gives them. */
export interface CaseInput {
  readonly shape: readonly number[];
  readonly dtype?: "float32" | "int32" | "bool";
  readonly values?: readonly number[];
  /** Only positive numbers, 0.3 to 2.3. */
  readonly positive?: boolean;
}

/** An op of TensorFlow.js with the same in double precision. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  readonly op: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly reference: (...inputs: PlainArray[]) => PlainArray;
  /** Inputs whose gradient is compared with central differences of the reference; none by default. */
  readonly differentiable?: readonly number[];
  /** Largest difference of a value v, as a part of 1 + |v|; 2e-5 by default. */
  readonly tolerance?: number;
}

/** The values of a case's inputs, the same every time, exact in single precision. */
export function inputsOf({ inputs }: Pick<OpCase, "inputs">): PlainArray[] {
  const random = randomStream(1);
  return inputs.map(({ shape, dtype = "float32", values, positive = false }) => {
    if (values !== undefined) return { shape, values };
    const draw = (): number => {
      if (dtype === "bool") return Number(random.uniform() < 0.5);
      if (dtype === "int32") return Math.floor(random.uniform() * 19) - 9;
      const size = Math.fround(0.05 + 1.95 * random.uniform());
      if (positive) return Math.fround(size + 0.25);
      return random.uniform() < 0.5 ? -size : size;
    };
    return { shape, values: Array.from({ length: sizeOf(shape) }, draw) };
  });
}

export function toTensor({ shape, values }: PlainArray, dtype: CaseInput["dtype"] = "float32"): tf.Tensor {
  const typed = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  return tf.tensor(typed.from(values), [...shape], dtype);
}
