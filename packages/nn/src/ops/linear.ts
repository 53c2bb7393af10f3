import { add, sum, type Tensor, type Tensor1D, type Tensor2D } from "@tensorflow/tfjs-core";
import { defineKernel, type KernelInputs } from "./kernel.js";
import { product } from "./mat-mul.js";

export interface LinearOptions {
  /** `[out, in]`, a copy of the weight that saves the backward pass of a frozen layer a transpose. */
  readonly weightTransposed?: Tensor2D | null;
  /** Whether weight and bias get gradients; false by default. */
  readonly trainable?: boolean;
}

interface FrozenAttributes {
  /** Whether `backwardWeight` is `[out, in]`; otherwise it is the weight itself. */
  readonly backwardTransposed: boolean;
}

const runFrozen = defineKernel<"x" | "weight" | "backwardWeight" | "bias", FrozenAttributes>({
  name: "RarlLinear",
  composite: linearComposite,
  gradient: {
    inputsToSave: ["backwardWeight"],
    backward(dy, [backwardWeight], { backwardTransposed }) {
      return { x: () => product(dy, backwardWeight!, false, !backwardTransposed) };
    },
  },
});

const runTrainable = defineKernel<"x" | "weight" | "bias", object>({
  name: "RarlTrainableLinear",
  composite: linearComposite,
  gradient: {
    inputsToSave: ["x", "weight"],
    backward(dy, [x, weight]) {
      return {
        x: () => product(dy, weight!, false, true),
        weight: () => product(x!, dy, true, false),
        bias: () => sum(dy, 0),
      };
    },
  },
});

/**
 * Linear layer. Frozen by default: the gradient reaches `x` only and `x` is not kept for it.
 * @param x `[rows, in]`
 * @param weight `[in, out]`
 * @param bias `[out]` or null
 * @returns `[rows, out]`
 */
export function linear(
  x: Tensor2D,
  weight: Tensor2D,
  bias: Tensor1D | null,
  options: LinearOptions = {},
): Tensor2D {
  const optional = bias === null ? {} : { bias };
  if (options.trainable === true) return runTrainable({ x, weight, ...optional }, {})[0] as Tensor2D;
  const backwardWeight = options.weightTransposed ?? weight;
  const attributes = { backwardTransposed: backwardWeight !== weight };
  return runFrozen({ x, weight, backwardWeight, ...optional }, attributes)[0] as Tensor2D;
}

/** `x · weight + bias`, the bias being optional. */
export function linearComposite({ x, weight, bias }: Partial<KernelInputs<"x" | "weight" | "bias">>): Tensor {
  const y = product(x!, weight!);
  return bias === undefined ? y : add(y, bias);
}
