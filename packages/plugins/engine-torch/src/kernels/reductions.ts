import { backend_util, util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import { torchKernel, type TorchKernel } from "./kernel.js";

interface AxisAttributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}
interface ExtremeAttributes {
  readonly reductionIndices: number | number[];
  readonly keepDims: boolean;
}

function list(values: readonly number[]): number[] {
  return [values.length, ...values];
}

function reduction(
  name: string,
  axisOf: (attributes: AxisAttributes & ExtremeAttributes) => number | number[],
  dtypeOf: (x: TensorInfo) => DataType = (x) => x.dtype,
): TorchKernel {
  return torchKernel<AxisAttributes & ExtremeAttributes>(name, ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    const axes = util.parseAxisParam(axisOf(attributes), x.shape);
    const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = attributes.keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
    return backend.compute(name, [x], shape, dtypeOf(x), list(axes));
  });
}

function argument(name: string): TorchKernel {
  return torchKernel<{ axis: number }>(name, ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    const axis = util.parseAxisParam(attributes.axis, x.shape)[0] ?? 0;
    return backend.compute(name, [x], x.shape.toSpliced(axis, 1), "int32", [axis]);
  });
}

function cumulative(name: string): TorchKernel {
  return torchKernel<{ axis: number; exclusive: boolean; reverse: boolean }>(
    name,
    ({ inputs, attributes: { axis, exclusive, reverse }, backend }) => {
      const x = inputs["x"]!;
      const along = util.parseAxisParam(axis, x.shape)[0] ?? 0;
      return backend.compute(name, [x], x.shape, x.dtype, [along, Number(exclusive), Number(reverse)]);
    },
  );
}

const axis = ({ axis }: AxisAttributes) => axis;
const indices = ({ reductionIndices }: ExtremeAttributes) => reductionIndices;

/** Kernels that reduce, accumulate or normalise along axes. */
export const reductionKernels: readonly TorchKernel[] = [
  reduction("Sum", axis, (x) => (x.dtype === "bool" ? "int32" : x.dtype)),
  reduction("Mean", axis, () => "float32"),
  reduction("Max", indices),
  reduction("Min", axis),
  reduction("Prod", axis, (x) => (x.dtype === "bool" ? "int32" : x.dtype)),
  reduction("All", axis),
  reduction("Any", axis),
  argument("ArgMax"),
  argument("ArgMin"),
  torchKernel<{ dim: number }>("Softmax", ({ inputs, attributes: { dim }, backend }) => {
    const logits = inputs["logits"]!;
    return backend.compute("Softmax", [logits], logits.shape, "float32", [dim]);
  }),
  torchKernel<{ axis: number }>("LogSoftmax", ({ inputs, attributes, backend }) => {
    const logits = inputs["logits"]!;
    return backend.compute("LogSoftmax", [logits], logits.shape, "float32", [attributes.axis]);
  }),
  cumulative("Cumsum"),
  cumulative("Cumprod"),
  torchKernel<{ k: number; sorted: boolean }>("TopK", ({ inputs, attributes: { k, sorted }, backend }) => {
    const x = inputs["x"]!;
    const shape = [...x.shape.slice(0, -1), k];
    return backend.computeAll(
      "TopK",
      [x],
      [
        { shape, dtype: x.dtype },
        { shape, dtype: "int32" },
      ],
      [k, Number(sorted)],
    );
  }),
];
