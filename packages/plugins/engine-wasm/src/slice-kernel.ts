import {
  getKernel,
  registerKernel,
  slice_util,
  unregisterKernel,
  util,
  type KernelFunc,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/**
 * A Slice that copies what it returns. The backend's own first copies the whole of its input out of the WebAssembly
 * heap, so taking the parts of one tensor one by one costs the square of its size: the 64 parts of a [64, 110, 64]
 * tensor took 649 ms and take 1.4 ms, columns of [3500, 192] 15 ms and 1.4 ms (TensorFlow.js 4.22, one busy core).
 */
const slice: KernelFunc = ({ inputs, attrs, backend }) => {
  const wasm = backend as Pick<BackendWasm, "makeOutput" | "typedArrayFromHeap">;
  const x = inputs["x"]!;
  const { begin, size } = attrs as unknown as { begin: number | number[]; size: number | number[] };
  const [start, shape] = slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
  const output = wasm.makeOutput(shape, x.dtype);
  if (util.sizeFromShape(shape) === 0) return output;
  // Views are taken after makeOutput, which may grow the heap and detach older ones.
  const from = wasm.typedArrayFromHeap(x) as Float32Array;
  const to = wasm.typedArrayFromHeap(output) as Float32Array;
  copyRuns(from, to, x.shape, start, shape);
  return output;
};

/** Copies the region row by row, a row being as many trailing axes as lie together in the source. */
function copyRuns(
  from: Float32Array,
  to: Float32Array,
  sourceShape: readonly number[],
  start: readonly number[],
  shape: readonly number[],
): void {
  let axis = shape.length - 1;
  let run = 1;
  while (axis >= 0 && shape[axis] === sourceShape[axis]) run *= shape[axis--]!;
  // One more axis need not be whole: its part is still one run.
  let offset = 0;
  if (axis >= 0) {
    offset = start[axis]! * run;
    run *= shape[axis]!;
  }
  const strides = util.computeStrides([...sourceShape]);
  const outer = shape.slice(0, Math.max(axis, 0));
  const rows = util.sizeFromShape([...outer]);
  const index = outer.map(() => 0);
  for (let row = 0; row < rows; row++) {
    let source = offset;
    for (let at = 0; at < outer.length; at++) source += (start[at]! + index[at]!) * strides[at]!;
    to.set(from.subarray(source, source + run), row * run);
    for (let at = outer.length - 1; at >= 0; at--) {
      if (++index[at]! < outer[at]!) break;
      index[at] = 0;
    }
  }
}

/** Puts the kernel in place of the backend's, for tensors of numbers; strings keep the backend's. */
export function installSliceKernel(): void {
  const original = getKernel("Slice", "wasm");
  if (original.kernelFunc === sliceOfNumbers) return;
  const originalFunc = original.kernelFunc;
  stringSlice = originalFunc;
  unregisterKernel("Slice", "wasm");
  registerKernel({ ...original, kernelFunc: sliceOfNumbers });
}

let stringSlice: KernelFunc | null = null;

const sliceOfNumbers: KernelFunc = (request) =>
  (request.inputs["x"] as TensorInfo).dtype === "string" ? stringSlice!(request) : slice(request);
