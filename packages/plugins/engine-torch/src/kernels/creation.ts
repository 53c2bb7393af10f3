import { util, type DataType } from "@tensorflow/tfjs-core";
import { torchKernel, type TorchKernel } from "./kernel.js";

/** Kernels that make elements. */
export const creationKernels: readonly TorchKernel[] = [
  torchKernel("ZerosLike", ({ inputs, backend }) =>
    backend.compute("Fill", [], inputs["x"]!.shape, inputs["x"]!.dtype, [0]),
  ),
  torchKernel("OnesLike", ({ inputs, backend }) =>
    backend.compute("Fill", [], inputs["x"]!.shape, inputs["x"]!.dtype, [1]),
  ),
  torchKernel<{ shape: number[]; value: number; dtype?: DataType }>(
    "Fill",
    ({ attributes: { shape, value, dtype }, backend }) =>
      backend.compute("Fill", [], shape, dtype ?? util.inferDtype(value), [value]),
  ),
  torchKernel<{ start: number; stop: number; step: number; dtype: DataType }>(
    "Range",
    ({ attributes: { start, stop, step, dtype }, backend }) => {
      const length = Math.max(0, Math.ceil((stop - start) / step));
      const values = Float32Array.from({ length }, (_, i) => start + i * step);
      const typed = dtype === "int32" ? Int32Array.from(values) : values;
      return { dataId: backend.write(typed, [length], dtype), shape: [length], dtype };
    },
  ),
  torchKernel<{ start: number; stop: number; num: number }>(
    "LinSpace",
    ({ attributes: { start, stop, num }, backend }) => {
      const step = (stop - start) / (num - 1);
      const values = Float32Array.from({ length: num }, (_, i) => (num === 1 ? start : start + i * step));
      return { dataId: backend.write(values, [num], "float32"), shape: [num], dtype: "float32" };
    },
  ),
  torchKernel<{ depth: number; onValue: number; offValue: number; dtype?: DataType }>(
    "OneHot",
    ({ inputs, attributes: { depth, onValue, offValue, dtype = "int32" }, backend }) => {
      const indices = inputs["indices"]!;
      return backend.compute("OneHot", [indices], [...indices.shape, depth], dtype, [
        depth,
        onValue,
        offValue,
      ]);
    },
  ),
];
