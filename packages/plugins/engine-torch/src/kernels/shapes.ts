import { backend_util, slice_util, util } from "@tensorflow/tfjs-core";
import { torchKernel, type TorchKernel } from "./kernel.js";

function list(values: readonly number[]): number[] {
  return [values.length, ...values];
}

function along(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Kernels that move and repeat elements or see them in another shape. */
export const shapeKernels: readonly TorchKernel[] = [
  torchKernel("Identity", ({ inputs, backend }) => backend.view(inputs["x"]!, inputs["x"]!.shape)),
  torchKernel<{ shape: number[] }>("Reshape", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    const size = util.sizeFromShape(x.shape);
    const shape = util.inferFromImplicitShape(attributes.shape, size);
    util.assert(
      util.sizeFromShape(shape) === size,
      () => `reshape: [${x.shape.join(", ")}] has not as many elements as [${shape.join(", ")}]`,
    );
    return backend.view(x, shape);
  }),
  torchKernel<{ dim: number }>("ExpandDims", ({ inputs, attributes, backend }) => {
    const x = inputs["input"]!;
    const axis = attributes.dim < 0 ? attributes.dim + x.shape.length + 1 : attributes.dim;
    return backend.view(x, x.shape.toSpliced(axis, 0, 1));
  }),
  torchKernel<{ perm: number[] }>("Transpose", ({ inputs, attributes: { perm }, backend }) => {
    const x = inputs["x"]!;
    return backend.compute(
      "Transpose",
      [x],
      perm.map((axis) => x.shape[axis]!),
      x.dtype,
      list(perm),
    );
  }),
  torchKernel<{ axis: number }>("Concat", ({ inputs, attributes, backend }) => {
    const parts = Object.values(inputs);
    const axis = util.parseAxisParam(attributes.axis, parts[0]!.shape)[0]!;
    const shapes = parts.map(({ shape }) => shape);
    backend_util.assertParamsConsistent(shapes, axis);
    const shape = backend_util.computeOutShape(shapes, axis);
    const filled = parts.filter((part) => util.sizeFromShape(part.shape) > 0);
    if (filled.length === 1) return backend.view(filled[0]!, shape);
    return backend.compute("Concat", filled.length === 0 ? parts : filled, shape, parts[0]!.dtype, [axis]);
  }),
  torchKernel<{ axis: number }>("Pack", ({ inputs, attributes, backend }) => {
    const parts = Object.values(inputs);
    const { shape, dtype } = parts[0]!;
    const axis = along(attributes.axis, shape.length + 1);
    return backend.compute("Pack", parts, shape.toSpliced(axis, 0, parts.length), dtype, [axis]);
  }),
  torchKernel<{ axis: number }>("Unpack", ({ inputs, attributes, backend }) => {
    const x = inputs["value"]!;
    const axis = along(attributes.axis, x.shape.length);
    const part = { shape: x.shape.toSpliced(axis, 1), dtype: x.dtype };
    return backend.computeAll("Unpack", [x], new Array<typeof part>(x.shape[axis]!).fill(part), [axis]);
  }),
  torchKernel<{ numOrSizeSplits: number | number[]; axis: number }>(
    "SplitV",
    ({ inputs, attributes, backend }) => {
      const x = inputs["x"]!;
      const axis = util.parseAxisParam(attributes.axis, x.shape)[0]!;
      const sizes = backend_util.prepareSplitSize(x, attributes.numOrSizeSplits, axis);
      const parts = sizes.map((size) => ({ shape: x.shape.toSpliced(axis, 1, size), dtype: x.dtype }));
      return backend.computeAll("SplitV", [x], parts, [axis, ...list(sizes)]);
    },
  ),
  torchKernel<{ begin: number | number[]; size: number | number[] }>(
    "Slice",
    ({ inputs, attributes, backend }) => {
      const x = inputs["x"]!;
      const [begin, size] = slice_util.parseSliceParams(x, attributes.begin, attributes.size) as [
        number[],
        number[],
      ];
      slice_util.assertParamsValid(x, begin, size);
      if (size.every((one, axis) => one === x.shape[axis])) return backend.view(x, x.shape);
      return backend.compute("Slice", [x], size, x.dtype, list(begin));
    },
  ),
  torchKernel<{
    begin: number[];
    end: number[];
    strides: number[];
    beginMask: number;
    endMask: number;
    ellipsisMask: number;
    newAxisMask: number;
    shrinkAxisMask: number;
  }>("StridedSlice", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    const { finalShape, begin, end, strides } = slice_util.sliceInfo(
      x.shape,
      attributes.begin,
      attributes.end,
      attributes.strides,
      attributes.beginMask,
      attributes.endMask,
      attributes.ellipsisMask,
      attributes.newAxisMask,
      attributes.shrinkAxisMask,
    );
    const sizes = slice_util.computeOutShape(begin, end, strides);
    return backend.compute("StridedSlice", [x], finalShape, x.dtype, [
      ...list(begin),
      ...list(strides),
      ...list(sizes),
    ]);
  }),
  torchKernel<{ paddings: [number, number][]; constantValue: number }>(
    "PadV2",
    ({ inputs, attributes: { paddings, constantValue }, backend }) => {
      const x = inputs["x"]!;
      const shape = paddings.map(([before, after], axis) => before + x.shape[axis]! + after);
      return backend.compute("PadV2", [x], shape, x.dtype, [...list(paddings.flat()), constantValue]);
    },
  ),
  torchKernel<{ reps: number[] }>("Tile", ({ inputs, attributes: { reps }, backend }) => {
    const x = inputs["x"]!;
    return backend.compute(
      "Tile",
      [x],
      x.shape.map((size, axis) => size * reps[axis]!),
      x.dtype,
      list(reps),
    );
  }),
  torchKernel<{ dims: number | number[] }>("Reverse", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    return backend.compute(
      "Reverse",
      [x],
      x.shape,
      x.dtype,
      list(util.parseAxisParam(attributes.dims, x.shape)),
    );
  }),
  torchKernel<{ shape: number[] }>("BroadcastTo", ({ inputs, attributes: { shape }, backend }) =>
    backend.compute("BroadcastTo", [inputs["x"]!], shape, inputs["x"]!.dtype),
  ),
];
