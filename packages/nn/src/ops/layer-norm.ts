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

/** Rows with mean 0 and variance 1, and the factor `[rows, 1]` that gave them the variance. */
function normalise(x: Tensor, epsilon: number): { normal: Tensor; inverseDeviation: Tensor } {
  const centred = sub(x, mean(x, -1, true));
  const inverseDeviation = rsqrt(add(mean(square(centred), -1, true), epsilon));
  return { normal: mul(centred, inverseDeviation), inverseDeviation };
}

/** dX, `[rows, hidden]`. */
const runBackward = defineKernel<"x" | "weight" | "dy", NormAttributes>({
  name: "RarlLayerNormBackward",
  composite({ x, weight, dy }, { epsilon }) {
    const { normal, inverseDeviation } = normalise(x, epsilon);
    const g = mul(dy, weight);
    const projection = mul(normal, mean(mul(g, normal), -1, true));
    return mul(sub(sub(g, mean(g, -1, true)), projection), inverseDeviation);
  },
});

/** Gradient of the weight, `[hidden]`. */
const runBackwardWeight = defineKernel<"x" | "dy", NormAttributes>({
  name: "RarlLayerNormBackwardWeight",
  composite: ({ x, dy }, { epsilon }) => sum(mul(dy, normalise(x, epsilon).normal), 0),
});

const runLayerNorm = defineKernel<"x" | "weight" | "bias", NormAttributes>({
  name: "RarlLayerNorm",
  composite: ({ x, weight, bias }, { epsilon }) => add(mul(normalise(x, epsilon).normal, weight), bias),
  gradient: {
    inputsToSave: ["x", "weight"],
    backward(dy, [x, weight], attributes) {
      return {
        x: () => runBackward({ x: x!, weight: weight!, dy }, attributes)[0]!,
        weight: () => runBackwardWeight({ x: x!, dy }, attributes)[0]!,
        bias: () => sum(dy, 0),
      };
    },
  },
});

/**
 * Layer norm of each row with the biased variance.
 * @param x `[rows, hidden]`
 * @param weight `[hidden]`
 * @param bias `[hidden]`
 * @returns `[rows, hidden]`
 */
export function layerNorm(x: Tensor2D, weight: Tensor1D, bias: Tensor1D, epsilon: number): Tensor2D {
  return runLayerNorm({ x, weight, bias }, { epsilon })[0] as Tensor2D;
}
