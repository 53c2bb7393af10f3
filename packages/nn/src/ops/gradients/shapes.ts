import {
  backend_util,
  concat,
  pad,
  reshape,
  reverse,
  scatterND,
  slice,
  stack,
  sum,
  transpose,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { rarlError } from "@rarl-sdk/core";
import type { StandardGradient } from "./register.js";

/** Gradients of kernels that move elements. */
export const shapeGradients: readonly StandardGradient[] = [
  { kernel: "Reshape", inputs: ["x"], backward: (dy, [x]) => ({ x: () => reshape(dy, x!.shape) }) },
  {
    kernel: "ExpandDims",
    inputs: ["input"],
    backward: (dy, [x]) => ({ input: () => reshape(dy, x!.shape) }),
  },
  {
    kernel: "Transpose",
    backward: (dy, _, { perm }: { perm: number[] }) => ({
      x: () => transpose(dy, backend_util.getUndoAxesPermutation(perm)),
    }),
  },
  {
    kernel: "Concat",
    inputs: "all",
    backward: (dy, saved, { axis }: { axis: number }) => {
      const along = axis < 0 ? axis + dy.rank : axis;
      let from = 0;
      const pieces = saved.map((input) => {
        const begin = dy.shape.map((_, i) => (i === along ? from : 0));
        from += input.shape[along]!;
        return () => slice(dy, begin, input.shape);
      });
      return Object.fromEntries(pieces.entries());
    },
  },
  {
    kernel: "Slice",
    inputs: ["x"],
    backward: (dy, [x], { begin }: { begin: number | number[] }) => ({
      x: () => {
        const starts = typeof begin === "number" ? [begin] : begin;
        return pad(
          dy,
          x!.shape.map(
            (size, i) => [starts[i] ?? 0, size - (starts[i] ?? 0) - dy.shape[i]!] as [number, number],
          ),
        );
      },
    }),
  },
  {
    kernel: "PadV2",
    inputs: ["x"],
    backward: (dy, [x], { paddings }: { paddings: [number, number][] }) => ({
      x: () =>
        slice(
          dy,
          paddings.map(([before]) => before),
          x!.shape,
        ),
    }),
  },
  {
    kernel: "Pack",
    inputs: "all",
    backward: (dy, saved, { axis }: { axis: number }) => {
      const along = axis < 0 ? axis + dy.rank : axis;
      const pieces = saved.map((input, at) => () => {
        const begin = dy.shape.map((_, i) => (i === along ? at : 0));
        const size = dy.shape.map((whole, i) => (i === along ? 1 : whole));
        return reshape(slice(dy, begin, size), input.shape);
      });
      return Object.fromEntries(pieces.entries());
    },
  },
  {
    kernel: "Unpack",
    backward: (_, __, { axis }: { axis: number }, dys) => ({ value: () => stack([...dys], axis) }),
  },
  {
    kernel: "SplitV",
    backward: (_, __, { axis }: { axis: number }, dys) => ({ x: () => concat([...dys], axis) }),
  },
  {
    kernel: "Reverse",
    backward: (dy, _, { dims }: { dims: number | number[] }) => ({ x: () => reverse(dy, dims) }),
  },
  {
    kernel: "Tile",
    inputs: ["x"],
    backward: (dy, [x], { reps }: { reps: number[] }) => ({
      x: () => sumOfTiles(dy, x!.shape, reps),
    }),
  },
  {
    kernel: "GatherV2",
    inputs: ["x", "indices"],
    backward: (dy, [x, indices], { axis, batchDims }: { axis: number; batchDims: number }) => ({
      x: () => {
        if (axis !== 0 || batchDims !== 0) {
          throw rarlError("INTERNAL", {
            message: "the gradient of gather is defined along the first axis only",
          });
        }
        const rows = indices!.size;
        // ScatterNd adds up rows of equal index; wasm has no UnsortedSegmentSum.
        return scatterND(reshape(indices!, [rows, 1]), reshape(dy, [rows, ...x!.shape.slice(1)]), x!.shape);
      },
    }),
  },
  {
    kernel: "GatherNd",
    inputs: ["params", "indices"],
    backward: (dy, [params, indices]) => ({ params: () => scatterND(indices!, dy, params!.shape) }),
  },
];

function sumOfTiles(dy: Tensor, shape: number[], reps: number[]): Tensor {
  // One axis at a time keeps every reshape at rank + 1.
  let result = dy;
  for (const [axis, size] of shape.entries()) {
    if (reps[axis] === 1) continue;
    const before = result.shape.slice(0, axis);
    const after = result.shape.slice(axis + 1);
    result = reshape(sum(reshape(result, [...before, reps[axis]!, size, ...after]), axis), [
      ...before,
      size,
      ...after,
    ]);
  }
  return result === dy ? reshape(dy, shape) : result;
}
