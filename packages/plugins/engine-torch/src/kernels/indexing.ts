import { backend_util, gather_util, kernel_impls, util, type TensorInfo } from "@tensorflow/tfjs-core";
import { torchKernel, type TorchKernel } from "./kernel.js";

/** Kernels that choose elements by index. */
export const indexingKernels: readonly TorchKernel[] = [
  torchKernel<{ axis: number; batchDims: number }>("GatherV2", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    const indices = inputs["indices"]!;
    const axis = util.parseAxisParam(attributes.axis, x.shape)[0]!;
    const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, attributes.batchDims);
    const view = [info.batchSize, info.outerSize, info.dimSize, info.sliceSize];
    return backend.compute("GatherV2", [x, indices], info.outputShape, x.dtype, [4, ...view]);
  }),
  torchKernel("GatherNd", ({ inputs, backend }) => {
    const params = inputs["params"]!;
    const indices = inputs["indices"]!;
    const [shape] = gather_util.prepareAndValidate(params, indices);
    return backend.compute("GatherNd", [params, indices], shape, params.dtype, [indices.shape.at(-1)!]);
  }),
  torchKernel<{ shape: number[] }>("ScatterNd", ({ inputs, attributes: { shape }, backend }) => {
    const indices = inputs["indices"]!;
    const updates = inputs["updates"]!;
    const depth = indices.shape.length < 1 ? 1 : indices.shape.at(-1)!;
    return backend.compute("ScatterNd", [indices, updates], shape, updates.dtype, [depth]);
  }),
  torchKernel<{ numSegments: number }>("UnsortedSegmentSum", ({ inputs, attributes, backend }) => {
    const x = inputs["x"]!;
    const ids = inputs["segmentIds"]!;
    const shape = [attributes.numSegments, ...x.shape.slice(ids.shape.length)];
    return backend.compute("UnsortedSegmentSum", [x, ids], shape, x.dtype);
  }),
  // The size of the result depends on values, so this one waits for them.
  torchKernel("Where", ({ inputs, backend }) => {
    const condition = inputs["condition"]!;
    const values = backend.readSync(condition.dataId) as Uint8Array;
    const found = kernel_impls.whereImpl(condition.shape, values);
    const { shape, dtype } = found;
    const result: TensorInfo = { dataId: backend.write(found.dataSync(), shape, dtype), shape, dtype };
    found.dispose();
    return result;
  }),
];
