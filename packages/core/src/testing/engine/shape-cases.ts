import * as tf from "@tensorflow/tfjs-core";
import type { OpCase } from "./op-case.js";
import { at, build, permute, reshaped } from "./plain-array.js";

const x = { shape: [2, 3, 4] };
const indices = { shape: [5], dtype: "int32" as const, values: [2, 0, 2, 1, 2] };

const moving: readonly OpCase[] = [
  {
    name: "clone",
    inputs: [x],
    op: (input) => tf.clone(input),
    reference: (plain) => plain,
    differentiable: [0],
  },
  {
    name: "reshape",
    inputs: [x],
    op: (input) => tf.reshape(input, [6, -1]),
    reference: (plain) => reshaped(plain, [6, 4]),
    differentiable: [0],
  },
  {
    name: "expandDims and squeeze",
    inputs: [{ shape: [2, 1, 4] }],
    op: (input) => tf.squeeze(tf.expandDims(input, 2), [1]),
    reference: (plain) => reshaped(plain, [2, 1, 4]),
    differentiable: [0],
  },
  {
    name: "transpose",
    inputs: [x],
    op: (input) => tf.transpose(input, [2, 0, 1]),
    reference: (plain) => permute(plain, [2, 0, 1]),
    differentiable: [0],
  },
  {
    name: "transpose of rank 4",
    inputs: [{ shape: [2, 3, 2, 3] }],
    op: (input) => tf.transpose(input, [0, 2, 1, 3]),
    reference: (plain) => permute(plain, [0, 2, 1, 3]),
    differentiable: [0],
  },
  {
    name: "reverse",
    inputs: [x],
    op: (input) => tf.reverse(input, 1),
    reference: (plain) => build([2, 3, 4], ([i, j, k]) => at(plain, [i!, 2 - j!, k!])),
    differentiable: [0],
  },
];

const joining: readonly OpCase[] = [
  {
    name: "concat",
    inputs: [x, { shape: [2, 1, 4] }],
    op: (a, b) => tf.concat([a, b], 1),
    reference: (a, b) => build([2, 4, 4], ([i, j, k]) => (j! < 3 ? at(a, [i!, j!, k!]) : at(b, [i!, 0, k!]))),
    differentiable: [0, 1],
  },
  {
    name: "concat with nothing",
    inputs: [{ shape: [0, 3] }, { shape: [2, 3] }],
    op: (a, b) => tf.concat([a, b], 0),
    reference: (_, b) => b,
  },
  {
    name: "stack",
    inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
    op: (a, b) => tf.stack([a, b], 1),
    reference: (a, b) => build([2, 2, 3], ([i, j, k]) => at(j === 0 ? a : b, [i!, k!])),
    differentiable: [0, 1],
  },
  {
    name: "unstack",
    inputs: [x],
    op: (input) => tf.unstack(input, 1)[2]!,
    reference: (plain) => build([2, 4], ([i, k]) => at(plain, [i!, 2, k!])),
    differentiable: [0],
  },
  {
    name: "split",
    inputs: [x],
    op: (input) => tf.split(input, [1, 3], 2)[1]!,
    reference: (plain) => build([2, 3, 3], ([i, j, k]) => at(plain, [i!, j!, k! + 1])),
    differentiable: [0],
  },
  {
    name: "tile",
    inputs: [{ shape: [2, 3] }],
    op: (input) => tf.tile(input, [2, 3]),
    reference: (plain) => build([4, 9], ([i, j]) => at(plain, [i! % 2, j! % 3])),
    differentiable: [0],
  },
  {
    name: "pad",
    inputs: [{ shape: [2, 3] }],
    op: (input) =>
      tf.pad(
        input,
        [
          [1, 0],
          [0, 2],
        ],
        0.5,
      ),
    reference: (plain) => build([3, 5], ([i, j]) => (i! < 1 || j! > 2 ? 0.5 : at(plain, [i! - 1, j!]))),
    differentiable: [0],
  },
];

const choosing: readonly OpCase[] = [
  {
    name: "slice",
    inputs: [x],
    op: (input) => tf.slice(input, [0, 1, 1], [2, 2, -1]),
    reference: (plain) => build([2, 2, 3], ([i, j, k]) => at(plain, [i!, j! + 1, k! + 1])),
    differentiable: [0],
  },
  {
    name: "slice of nothing",
    inputs: [x],
    op: (input) => tf.slice(input, [0, 1, 1], [2, 0, 2]),
    reference: () => ({ shape: [2, 0, 2], values: [] }),
  },
  {
    name: "stridedSlice",
    inputs: [x],
    op: (input) => tf.stridedSlice(input, [0, 2, 0], [2, 0, 4], [1, -1, 2]),
    reference: (plain) => build([2, 2, 2], ([i, j, k]) => at(plain, [i!, 2 - j!, 2 * k!])),
  },
  {
    name: "gather",
    inputs: [x, indices],
    op: (input, index) => tf.gather(input, index, 1),
    reference: (plain, index) => build([2, 5, 4], ([i, j, k]) => at(plain, [i!, index.values[j!]!, k!])),
  },
  {
    name: "gatherND",
    inputs: [{ shape: [3, 4] }, { shape: [5, 1], dtype: "int32", values: [2, 0, 2, 1, 2] }],
    op: (input, index) => tf.gatherND(input, index),
    reference: (plain, index) => build([5, 4], ([i, k]) => at(plain, [index.values[i!]!, k!])),
    differentiable: [0],
  },
  {
    name: "scatterND sums what falls together",
    inputs: [{ shape: [5, 1], dtype: "int32", values: [2, 0, 2, 1, 2] }, { shape: [5, 2] }],
    op: (index, updates) => tf.scatterND(index, updates, [4, 2]),
    reference: (index, updates) =>
      build([4, 2], ([i, k]) =>
        index.values.reduce((sum, row, place) => sum + (row === i ? at(updates, [place, k!]) : 0), 0),
      ),
  },
  {
    name: "oneHot",
    inputs: [indices],
    op: (index) => tf.oneHot(index, 4),
    reference: (index) => build([5, 4], ([i, k]) => Number(index.values[i!] === k)),
  },
  {
    name: "fill, range and broadcasting",
    inputs: [],
    op: () => tf.add(tf.fill([3, 1], 2.5), tf.range(0, 4)),
    reference: () => build([3, 4], ([, k]) => 2.5 + k!),
  },
];

/** Ops that move values and do not change them. */
export const shapeCases: readonly OpCase[] = [...moving, ...joining, ...choosing];
