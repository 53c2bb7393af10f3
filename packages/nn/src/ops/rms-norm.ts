import {
  add,
  mean,
  mul,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";

interface NormAttributes {
  readonly epsilon: number;
}

/** 1 / root mean square of each row, `[rows, 1]`. */
function inverseRms(x: Tensor, epsilon: number): Tensor {
  return rsqrt(add(mean(square(x), -1, true), epsilon));
}

/** dX, `[rows, hidden]`: r g - x r³ mean(g x) with g = dY w. */
const runBackward = defineKernel<"x" | "weight" | "dy", NormAttributes>({
  name: "RarlRmsNormBackward",
  composite({ x, weight, dy }, { epsilon }) {
    const r = inverseRms(x, epsilon);
    const g = mul(dy, weight);
    const projection = mul(mean(mul(g, x), -1, true), square(r));
    return mul(sub(g, mul(x, projection)), r);
  },
});

/** Gradient of the weight, `[hidden]`. */
const runBackwardWeight = defineKernel<"x" | "dy", NormAttributes>({
  name: "RarlRmsNormBackwardWeight",
  composite: ({ x, dy }, { epsilon }) => sum(mul(dy, mul(x, inverseRms(x, epsilon))), 0),
});

const runRmsNorm = defineKernel<"x" | "weight", NormAttributes>({
  name: "RarlRmsNorm",
  composite: ({ x, weight }, { epsilon }) => mul(mul(x, inverseRms(x, epsilon)), weight),
  gradient: {
    inputsToSave: ["x", "weight"],
    backward(dy, [x, weight], attributes) {
      return {
        x: () => runBackward({ x: x!, weight: weight!, dy }, attributes)[0]!,
        weight: () => runBackwardWeight({ x: x!, dy }, attributes)[0]!,
      };
    },
  },
});

/**
 * Root-mean-square norm of each row, `weight x / sqrt(mean(x²) + epsilon)`.
 * @param x `[rows, hidden]`
 * @param weight `[hidden]`
 * @returns `[rows, hidden]`
 */
export function rmsNorm(x: Tensor2D, weight: Tensor1D, epsilon: number): Tensor2D {
  return runRmsNorm({ x, weight }, { epsilon })[0] as Tensor2D;
}
