import * as tf from "@tensorflow/tfjs-core";
import type { OpCase } from "./op-case.js";
import { build, mapRows, matrixProduct, permute, reduce, reshaped, type PlainArray } from "./plain-array.js";

const x = { shape: [2, 3, 4] };
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const highest = (values: readonly number[]) => Math.max(...values);

function logSumExp(row: readonly number[]): number {
  const most = highest(row);
  return most + Math.log(total(row.map((value) => Math.exp(value - most))));
}

function reductions(
  name: string,
  op: (x: tf.Tensor, axes?: number | number[], keep?: boolean) => tf.Tensor,
  reference: (values: readonly number[]) => number,
  isDifferentiable = true,
): OpCase[] {
  const variants: [string, number[], boolean][] = [
    [" of the last axis", [2], false],
    [" of the first axis, kept", [0], true],
    [" of two axes", [0, 2], false],
    [" of everything", [0, 1, 2], false],
  ];
  return variants.map(([suffix, axes, keep]) => ({
    name: `${name}${suffix}`,
    inputs: [x],
    op: (input) => op(input, axes, keep),
    reference: (plain) => reduce(plain, axes, reference, keep),
    ...(isDifferentiable && { differentiable: [0] }),
  }));
}

const reductionsOfAxes: readonly OpCase[] = [
  ...reductions("sum", tf.sum, total),
  ...reductions("mean", tf.mean, (values) => total(values) / values.length),
  ...reductions("max", tf.max, highest, false),
  ...reductions("min", tf.min, (values) => Math.min(...values), false),
  ...reductions("logSumExp", tf.logSumExp, logSumExp),
  {
    name: "argMax of the last axis",
    inputs: [x],
    op: (input) => tf.argMax(input, -1),
    reference: (plain) => reduce(plain, [2], (row) => row.indexOf(highest(row))),
  },
  {
    name: "all and any",
    inputs: [{ shape: [4, 3], dtype: "bool", values: [1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1] }],
    op: (input) => tf.stack([tf.all(input, 1), tf.any(input, 1)]),
    reference: () => ({ shape: [2, 4], values: [1, 0, 0, 0, 1, 0, 1, 1] }),
  },
  {
    name: "sum of integers past the exact integers of a float",
    inputs: [{ shape: [3], dtype: "int32", values: [16_777_217, 16_777_219, 1] }],
    op: (input) => tf.sum(input),
    reference: (plain) => ({ shape: [], values: [total(plain.values)] }),
  },
];

const rowCases: readonly OpCase[] = [
  {
    name: "softmax",
    inputs: [x],
    op: (input) => tf.softmax(input),
    reference: (plain) => mapRows(plain, (row) => row.map((value) => Math.exp(value - logSumExp(row)))),
    differentiable: [0],
  },
  {
    name: "softmax of large scores",
    inputs: [{ shape: [2, 3], values: [1000, 1001, 999, -1e9, 0, -1e9] }],
    op: (input) => tf.softmax(input),
    reference: (plain) => mapRows(plain, (row) => row.map((value) => Math.exp(value - logSumExp(row)))),
  },
  {
    name: "logSoftmax",
    inputs: [x],
    op: (input) => tf.logSoftmax(input),
    reference: (plain) => mapRows(plain, (row) => row.map((value) => value - logSumExp(row))),
  },
  {
    name: "cumsum",
    inputs: [x],
    op: (input) => tf.cumsum(input, 2),
    reference: (plain) => mapRows(plain, (row) => row.map((_, place) => total(row.slice(0, place + 1)))),
    differentiable: [0],
  },
  {
    name: "cumsum, exclusive and backwards",
    inputs: [x],
    op: (input) => tf.cumsum(input, 2, true, true),
    reference: (plain) => mapRows(plain, (row) => row.map((_, place) => total(row.slice(place + 1)))),
    differentiable: [0],
  },
  {
    name: "topk",
    inputs: [x],
    op: (input) => tf.topk(input, 3).values,
    reference: (plain) =>
      build([2, 3, 3], ([i, j, k]) => {
        const row = plain.values.slice((i! * 3 + j!) * 4, (i! * 3 + j! + 1) * 4);
        return [...row].sort((a, b) => b - a)[k!]!;
      }),
  },
];

const turned = (plain: PlainArray) => permute(plain, plain.shape.length === 2 ? [1, 0] : [0, 2, 1]);

function products(name: string, a: number[], b: number[], transposeA = false, transposeB = false): OpCase {
  return {
    name: `matMul, ${name}`,
    inputs: [{ shape: a }, { shape: b }],
    op: (left, right) => tf.matMul(left, right, transposeA, transposeB),
    reference: (left, right) =>
      matrixProduct(transposeA ? turned(left) : left, transposeB ? turned(right) : right),
    differentiable: [0, 1],
  };
}

const productCases: readonly OpCase[] = [
  products("plain", [3, 5], [5, 4]),
  products("A transposed", [5, 3], [5, 4], true),
  products("B transposed", [3, 5], [4, 5], false, true),
  products("both transposed", [5, 3], [4, 5], true, true),
  products("in batches", [2, 3, 5], [2, 5, 4]),
  products("in batches, B transposed", [2, 3, 5], [2, 4, 5], false, true),
  products("one row", [1, 33], [33, 17]),
  // Without its gradient: the reference would be computed 11,000 times.
  { ...products("more than a block", [37, 70], [70, 41]), differentiable: [] },
  {
    name: "matMul of a transposed view",
    inputs: [{ shape: [5, 3] }, { shape: [4, 5] }],
    op: (a, b) => tf.matMul(tf.transpose(a), tf.transpose(b)),
    reference: (a, b) => matrixProduct(turned(a), turned(b)),
    differentiable: [0, 1],
  },
  {
    name: "matMul of a reshaped view",
    inputs: [{ shape: [2, 3, 4] }, { shape: [4, 2] }],
    op: (a, b) => tf.matMul(tf.reshape(tf.transpose(a, [1, 0, 2]), [6, 4]), b),
    reference: (a, b) => matrixProduct(reshaped(permute(a, [1, 0, 2]), [6, 4]), b),
    differentiable: [0, 1],
  },
];

/** Ops that join values along axes. */
export const reductionCases: readonly OpCase[] = [...reductionsOfAxes, ...rowCases, ...productCases];
