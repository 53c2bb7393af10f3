import type { DataType } from "@tensorflow/tfjs-core";
import { torchKernel, type TorchKernel } from "./kernel.js";

/** Kernels whose result has the dtype of their input. */
const sameDtype = [..."Abs Neg Square Relu Relu6 Sign Floor Ceil Round".split(" ")];

/** Kernels whose result is float32. */
const toFloat = [
  ..."Exp Expm1 Log Log1p Sqrt Rsqrt Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh".split(" "),
  ..."Sigmoid Softplus Elu Selu Erf Reciprocal".split(" "),
];

const toBool = ["LogicalNot", "IsNan", "IsInf", "IsFinite"];

function unary(name: string, dtype?: DataType): TorchKernel {
  return torchKernel(name, ({ inputs, backend }) => {
    const x = inputs["x"]!;
    return backend.compute(name, [x], x.shape, dtype ?? x.dtype);
  });
}

/** Kernels on one element at a time. */
export const unaryKernels: readonly TorchKernel[] = [
  ...sameDtype.map((name) => unary(name)),
  ...toFloat.map((name) => unary(name, "float32")),
  ...toBool.map((name) => unary(name, "bool")),
  torchKernel<{ alpha: number }>("Step", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    return backend.compute("Step", [x], x.shape, x.dtype, [attributes.alpha]);
  }),
  torchKernel<{ alpha: number }>("LeakyRelu", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    return backend.compute("LeakyRelu", [x], x.shape, "float32", [attributes.alpha]);
  }),
  torchKernel<{ clipValueMin: number; clipValueMax: number }>(
    "ClipByValue",
    ({ inputs, attributes: { clipValueMin, clipValueMax }, backend }) => {
      const x = inputs["x"]!;
      return backend.compute("ClipByValue", [x], x.shape, x.dtype, [clipValueMin, clipValueMax]);
    },
  ),
  torchKernel<{ dtype: DataType }>("Cast", ({ inputs, attributes: { dtype }, backend }) => {
    const x = inputs["x"]!;
    return dtype === x.dtype ? backend.view(x, x.shape) : backend.compute("Cast", [x], x.shape, dtype);
  }),
];
