import {
  cast,
  clone,
  div,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  mul,
  neg,
  pow,
  reshape,
  square,
  sub,
  sum,
  where,
  zeros,
  zerosLike,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { product } from "../mat-mul.js";
import type { StandardGradient } from "./register.js";

/** Sums `dy` over the axes along which an input of `shape` was broadcast. Never `dy` itself. */
function unbroadcast(dy: Tensor, shape: readonly number[]): Tensor {
  const missing = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(axes.length === 0 ? dy : sum(dy, axes), [...shape]);
}

/** Element-wise kernel with the inputs `a` and `b`, which broadcast. */
function elementwise(
  kernel: string,
  slopes: {
    a: (dy: Tensor, a: Tensor, b: Tensor) => Tensor;
    b: (dy: Tensor, a: Tensor, b: Tensor) => Tensor;
  },
): StandardGradient {
  return {
    kernel,
    inputs: ["a", "b"],
    backward: (dy, [a, b]) => ({
      a: () => unbroadcast(slopes.a(dy, a!, b!), a!.shape),
      b: () => unbroadcast(slopes.b(dy, a!, b!), b!.shape),
    }),
  };
}

function masked(dy: Tensor, mask: Tensor): Tensor {
  return mul(dy, cast(mask, "float32"));
}

/** Kernel whose result does not change with small changes of its inputs. */
function constant(kernel: string): StandardGradient {
  return {
    kernel,
    inputs: ["a", "b"],
    backward: (_, [a, b]) => ({ a: () => zeros(a!.shape), b: () => zeros(b!.shape) }),
  };
}

/** Gradients of element-wise kernels of two inputs, of the choice between two and of the matrix product. */
export const binaryGradients: readonly StandardGradient[] = [
  elementwise("Add", { a: (dy) => dy, b: (dy) => dy }),
  elementwise("Sub", { a: (dy) => dy, b: (dy) => neg(dy) }),
  elementwise("Multiply", { a: (dy, _, b) => mul(dy, b), b: (dy, a) => mul(dy, a) }),
  elementwise("RealDiv", { a: (dy, _, b) => div(dy, b), b: (dy, a, b) => neg(div(mul(dy, a), square(b))) }),
  elementwise("SquaredDifference", {
    a: (dy, a, b) => mul(dy, mul(sub(a, b), 2)),
    b: (dy, a, b) => mul(dy, mul(sub(b, a), 2)),
  }),
  // Where both are equal the first input has the gradient.
  elementwise("Minimum", {
    a: (dy, a, b) => masked(dy, lessEqual(a, b)),
    b: (dy, a, b) => masked(dy, greater(a, b)),
  }),
  elementwise("Maximum", {
    a: (dy, a, b) => masked(dy, greaterEqual(a, b)),
    b: (dy, a, b) => masked(dy, less(a, b)),
  }),
  elementwise("Pow", {
    a: (dy, a, b) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    b: (dy, a, b) => mul(dy, where(greater(a, 0), mul(pow(a, b), log(a)), zerosLike(a))),
  }),
  ...["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr"].map(
    constant,
  ),
  {
    kernel: "Select",
    inputs: ["condition"],
    backward: (dy, [condition]) => ({
      condition: () => zeros(condition!.shape),
      t: () => masked(dy, condition!),
      e: () => sub(dy, masked(dy, condition!)),
    }),
  },
  {
    kernel: "AddN",
    inputs: "all",
    backward: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => clone(dy)])),
  },
  {
    kernel: "BatchMatMul",
    inputs: ["a", "b"],
    backward: (dy, [a, b], { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) => ({
      a: () => (transposeA ? product(b!, dy, transposeB, true) : product(dy, b!, false, !transposeB)),
      b: () => (transposeB ? product(dy, a!, true, transposeA) : product(a!, dy, !transposeA, false)),
    }),
  },
];
