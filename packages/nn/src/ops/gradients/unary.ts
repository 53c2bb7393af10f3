import {
  cast,
  clone,
  cos,
  div,
  exp,
  greater,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mul,
  neg,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  sub,
  add,
  zeros,
  zerosLike,
  type Tensor,
} from "@tensorflow/tfjs-core";
import type { StandardGradient } from "./register.js";

/** Gradient `dy f'(x)` of an element-wise kernel with the input `x`. */
function ofInput(kernel: string, backward: (dy: Tensor, x: Tensor) => Tensor): StandardGradient {
  return { kernel, inputs: ["x"], backward: (dy, [x]) => ({ x: () => backward(dy, x!) }) };
}

/** The same from the output `y`. */
function ofOutput(kernel: string, backward: (dy: Tensor, y: Tensor) => Tensor): StandardGradient {
  return { kernel, output: true, backward: (dy, [y]) => ({ x: () => backward(dy, y!) }) };
}

/** The same from neither. */
function ofNothing(kernel: string, backward: (dy: Tensor) => Tensor): StandardGradient {
  return { kernel, backward: (dy) => ({ x: () => backward(dy) }) };
}

function where(condition: Tensor, dy: Tensor): Tensor {
  return mul(dy, cast(condition, "float32"));
}

/** Gradients of element-wise kernels of one input. */
export const unaryGradients: readonly StandardGradient[] = [
  ofNothing("Identity", (dy) => clone(dy)),
  ofNothing("Cast", (dy) => cast(clone(dy), "float32")),
  ofNothing("Neg", (dy) => neg(dy)),
  ofNothing("ZerosLike", (dy) => zerosLike(dy)),
  ofNothing("OnesLike", (dy) => zerosLike(dy)),
  ofNothing("LogicalNot", (dy) => zeros(dy.shape)),
  ofNothing("IsNan", (dy) => zeros(dy.shape)),
  ofNothing("Floor", (dy) => zerosLike(dy)),
  ofNothing("Round", (dy) => zerosLike(dy)),
  ofNothing("Sign", (dy) => zerosLike(dy)),
  ofNothing("Step", (dy) => zerosLike(dy)),
  ofInput("Abs", (dy, x) => mul(dy, sign(x))),
  ofInput("Square", (dy, x) => mul(dy, mul(x, 2))),
  ofInput("Log", (dy, x) => div(dy, x)),
  ofInput("Log1p", (dy, x) => div(dy, add(x, 1))),
  ofInput("Softplus", (dy, x) => mul(dy, sigmoid(x))),
  ofInput("Relu", (dy, x) => where(greater(x, 0), dy)),
  ofInput("Sin", (dy, x) => mul(dy, cos(x))),
  ofInput("Cos", (dy, x) => neg(mul(dy, sin(x)))),
  ofInput("Erf", (dy, x) => mul(mul(dy, exp(neg(square(x)))), 2 / Math.sqrt(Math.PI))),
  ofInput("Reciprocal", (dy, x) => neg(div(dy, square(x)))),
  ofInput("Sqrt", (dy, x) => div(dy, mul(sqrt(x), 2))),
  ofOutput("Exp", (dy, y) => mul(dy, y)),
  ofOutput("Expm1", (dy, y) => mul(dy, add(y, 1))),
  ofOutput("Sigmoid", (dy, y) => mul(dy, mul(y, sub(1, y)))),
  ofOutput("Tanh", (dy, y) => mul(dy, sub(1, square(y)))),
  ofOutput("Rsqrt", (dy, y) => mul(dy, mul(mul(square(y), y), -0.5))),
  {
    kernel: "ClipByValue",
    inputs: ["x"],
    backward: (dy, [x], { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) => ({
      x: () => where(logicalAnd(greaterEqual(x!, clipValueMin), lessEqual(x!, clipValueMax)), dy),
    }),
  },
];
