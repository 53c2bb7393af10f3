import { cast, cumsum, equal, mul, ones, reshape, sub, sum, util, type Tensor } from "@tensorflow/tfjs-core";
import type { StandardGradient } from "./register.js";

interface ReductionAttributes {
  readonly axis: number | number[];
}
interface ExtremeAttributes {
  readonly reductionIndices: number | number[];
}

/** The shape of a reduction's result with the reduced axes kept as 1. */
function keptShape(shape: number[], axis: number | number[]): number[] {
  const axes = util.parseAxisParam(axis, shape);
  return shape.map((size, i) => (axes.includes(i) ? 1 : size));
}

/** `dy` of a reduction repeated along the reduced axes of an input of `shape`. */
function spread(dy: Tensor, shape: number[], axis: number | number[]): Tensor {
  return mul(reshape(dy, keptShape(shape, axis)), ones(shape));
}

/** Largest or smallest: every element that equals the extreme has the gradient. */
function extreme(kernel: string): StandardGradient {
  return {
    kernel,
    inputs: ["x"],
    output: true,
    backward: (dy, [x, y], { reductionIndices }: ExtremeAttributes) => ({
      x: () => {
        const shape = keptShape(x!.shape, reductionIndices);
        return mul(reshape(dy, shape), cast(equal(x!, reshape(y!, shape)), "float32"));
      },
    }),
  };
}

/** Gradients of kernels that reduce or normalise along axes. */
export const reductionGradients: readonly StandardGradient[] = [
  {
    kernel: "Sum",
    inputs: ["x"],
    backward: (dy, [x], { axis }: ReductionAttributes) => ({ x: () => spread(dy, x!.shape, axis) }),
  },
  {
    kernel: "Mean",
    inputs: ["x"],
    backward: (dy, [x], { axis }: ReductionAttributes) => ({
      x: () => mul(spread(dy, x!.shape, axis), dy.size / x!.size),
    }),
  },
  extreme("Max"),
  extreme("Min"),
  {
    kernel: "Softmax",
    output: true,
    backward: (dy, [y], { dim }: { dim: number }) => ({
      logits: () => {
        const weighted = mul(dy, y!);
        return sub(weighted, mul(sum(weighted, dim, true), y!));
      },
    }),
  },
  {
    kernel: "Cumsum",
    backward: (
      dy,
      _,
      { axis, exclusive, reverse }: { axis: number; exclusive: boolean; reverse: boolean },
    ) => ({
      x: () => cumsum(dy, axis, exclusive, !reverse),
    }),
  },
];
