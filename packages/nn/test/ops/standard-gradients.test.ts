import * as tf from "@tensorflow/tfjs-core";
import "../../src/ops/index.js";
import { useWasm } from "../support/wasm.js";
import { average, erf, expectReference, matrixProduct, rowsOf, softmax } from "./reference.js";

type Unary = [name: string, op: (x: tf.Tensor) => tf.Tensor, reference: (x: number) => number];

const square = (x: number) => x * x;

/** Element-wise ops; those of positive numbers get the square plus one. */
const unary: Unary[] = [
  ["clone", (x) => tf.clone(x), (x) => x],
  ["cast", (x) => tf.cast(x, "float32"), (x) => x],
  ["neg", (x) => tf.neg(x), (x) => -x],
  ["abs", (x) => tf.abs(x), Math.abs],
  ["square", (x) => tf.square(x), square],
  ["exp", (x) => tf.exp(x), Math.exp],
  ["expm1", (x) => tf.expm1(x), Math.expm1],
  ["log1p", (x) => tf.log1p(tf.square(x)), (x) => Math.log1p(square(x))],
  ["log", (x) => tf.log(tf.add(tf.square(x), 1)), (x) => Math.log(square(x) + 1)],
  ["sqrt", (x) => tf.sqrt(tf.add(tf.square(x), 1)), (x) => Math.sqrt(square(x) + 1)],
  ["rsqrt", (x) => tf.rsqrt(tf.add(tf.square(x), 1)), (x) => 1 / Math.sqrt(square(x) + 1)],
  ["reciprocal", (x) => tf.reciprocal(tf.add(tf.square(x), 1)), (x) => 1 / (square(x) + 1)],
  ["sigmoid", (x) => tf.sigmoid(x), (x) => 1 / (1 + Math.exp(-x))],
  ["tanh", (x) => tf.tanh(x), Math.tanh],
  ["softplus", (x) => tf.softplus(x), (x) => Math.log1p(Math.exp(x))],
  ["relu", (x) => tf.relu(x), (x) => Math.max(0, x)],
  ["erf", (x) => tf.erf(x), erf],
  ["sin", (x) => tf.sin(x), Math.sin],
  ["cos", (x) => tf.cos(x), Math.cos],
  ["clipByValue", (x) => tf.clipByValue(x, -0.5, 0.5), (x) => Math.min(0.5, Math.max(-0.5, x))],
];

type Binary = [
  name: string,
  op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  reference: (a: number, b: number) => number,
];

const binary: Binary[] = [
  ["add", (a, b) => tf.add(a, b), (a, b) => a + b],
  ["sub", (a, b) => tf.sub(a, b), (a, b) => a - b],
  ["mul", (a, b) => tf.mul(a, b), (a, b) => a * b],
  ["div", (a, b) => tf.div(a, tf.add(tf.square(b), 1)), (a, b) => a / (square(b) + 1)],
  ["squaredDifference", (a, b) => tf.squaredDifference(a, b), (a, b) => square(a - b)],
  ["minimum", (a, b) => tf.minimum(a, b), Math.min],
  ["maximum", (a, b) => tf.maximum(a, b), Math.max],
  [
    "where",
    (a, b) => tf.where(tf.greater(tf.add(a, b), 0), a, tf.add(b, tf.zerosLike(a))),
    (a, b) => (a + b > 0 ? a : b),
  ],
  ["pow", (a, b) => tf.pow(tf.add(tf.square(a), 1), b), (a, b) => (square(a) + 1) ** b],
];

describe("gradients of TensorFlow.js's own ops", () => {
  before(useWasm);

  for (const [name, op, reference] of unary) {
    it(name, () => {
      expectReference({ shapes: [[2, 3]], op, reference: (x) => x.map(reference) });
    });
  }

  for (const [name, op, reference] of binary) {
    it(`${name} with broadcasting`, () => {
      expectReference({
        shapes: [[2, 3], [3]],
        op,
        reference: (a, b) => a.map((x, i) => reference(x, b[i % 3]!)),
      });
      expectReference({
        shapes: [
          [2, 3],
          [2, 1],
        ],
        op,
        reference: (a, b) => a.map((x, i) => reference(x, b[Math.floor(i / 3)]!)),
      });
    });
  }

  it("sum and mean over an axis, with and without keeping it", () => {
    const total = (row: number[]) => row.reduce((a, b) => a + b, 0);
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.sum(x, 1),
      reference: (x) => rowsOf(x, 3).map(total),
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.mean(x, -1, true),
      reference: (x) => rowsOf(x, 3).map(average),
    });
    expectReference({ shapes: [[2, 3]], op: (x: tf.Tensor) => tf.mean(x), reference: (x) => [average(x)] });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.sum(x, 0),
      reference: (x) => [0, 1, 2].map((i) => x[i]! + x[i + 3]!),
    });
  });

  it("max, min, softmax, logSumExp and logSoftmax", () => {
    const logSum = (row: number[]) => Math.log(row.reduce((a, b) => a + Math.exp(b), 0));
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.max(x, 1),
      reference: (x) => rowsOf(x, 3).map((row) => Math.max(...row)),
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.min(x),
      reference: (x) => [Math.min(...x)],
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.softmax(x),
      reference: (x) => rowsOf(x, 3).flatMap(softmax),
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.logSumExp(x, -1),
      reference: (x) => rowsOf(x, 3).map(logSum),
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.logSoftmax(x),
      reference: (x) => rowsOf(x, 3).flatMap((row) => row.map((v) => v - logSum(row))),
    });
  });

  it("cumsum", () => {
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.cumsum(x, 1),
      reference: (x) => rowsOf(x, 3).flatMap(([a, b, c]) => [a!, a! + b!, a! + b! + c!]),
    });
  });

  it("matMul with transpose flags", () => {
    const reference = (a: number[], b: number[]) => matrixProduct(a, b, 2, 3, 2);
    const turned = (x: tf.Tensor) => tf.transpose(x);
    expectReference({
      shapes: [
        [2, 3],
        [3, 2],
      ],
      op: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b),
      reference,
    });
    expectReference({
      shapes: [
        [2, 3],
        [3, 2],
      ],
      op: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(turned(a), b, true),
      reference,
    });
    expectReference({
      shapes: [
        [2, 3],
        [3, 2],
      ],
      op: (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, turned(b), false, true),
      reference,
    });
  });

  it("reshape, expandDims, transpose, reverse and tile", () => {
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.expandDims(tf.reshape(x, [6]), 1),
      reference: (x) => x,
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.transpose(x),
      reference: ([a, b, c, d, e, f]) => [a!, d!, b!, e!, c!, f!],
    });
    expectReference({
      shapes: [[4]],
      op: (x: tf.Tensor) => tf.reverse(x, 0),
      reference: (x) => [...x].reverse(),
    });
    expectReference({
      shapes: [[1, 2]],
      op: (x: tf.Tensor) => tf.tile(x, [2, 2]),
      reference: ([a, b]) => [a!, b!, a!, b!, a!, b!, a!, b!],
    });
  });

  it("slice, pad, concat, stack, unstack and split", () => {
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.slice(x, [0, 1], [2, 1]),
      reference: (x) => [x[1]!, x[4]!],
    });
    expectReference({
      shapes: [[2]],
      op: (x: tf.Tensor) => tf.pad(x, [[1, 2]]),
      reference: (x) => [0, ...x, 0, 0, 0].slice(0, 5),
    });
    expectReference({
      shapes: [
        [1, 2],
        [1, 1],
      ],
      op: (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 1),
      reference: (a, b) => [...a, ...b],
    });
    expectReference({
      shapes: [[2], [2]],
      op: (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1),
      reference: (a, b) => [a[0]!, b[0]!, a[1]!, b[1]!],
    });
    expectReference({
      shapes: [[2, 3]],
      op: (x: tf.Tensor) => tf.mul(tf.unstack(x)[0]!, tf.unstack(x)[1]!),
      reference: (x) => [0, 1, 2].map((i) => x[i]! * x[i + 3]!),
    });
    expectReference({
      shapes: [[4]],
      op: (x: tf.Tensor) => tf.split(x, [1, 3])[1]!,
      reference: (x) => x.slice(1),
    });
  });

  it("gather and gatherND sum the gradients of rows taken twice", () => {
    const rows = tf.tensor1d([1, 1, 0], "int32");
    const places = tf.tensor2d([[1], [1], [0]], [3, 1], "int32");
    const reference = (x: number[]) => [...x.slice(2), ...x.slice(2), ...x.slice(0, 2)];
    expectReference({ shapes: [[2, 2]], op: (x: tf.Tensor) => tf.gather(x, rows), reference });
    expectReference({ shapes: [[2, 2]], op: (x: tf.Tensor) => tf.gatherND(x, places), reference });
    rows.dispose();
    places.dispose();
  });

  it("addN", () => {
    expectReference({
      shapes: [[3], [3]],
      op: (a: tf.Tensor, b: tf.Tensor) => tf.addN([a, b]),
      reference: (a, b) => a.map((x, i) => x + b[i]!),
    });
  });
});
