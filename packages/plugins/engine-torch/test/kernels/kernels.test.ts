import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { alive, describeTorch } from "../support/torch.js";

/** Reproducible numbers in ±2. */
function values(shape: number[], seed = 1): tf.Tensor {
  let state = seed * 2654435761;
  const next = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return (state / 4294967296) * 4 - 2;
  };
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next), shape);
}

const x = () => values([2, 3, 4]);
const y = () => values([3, 1], 2);
const positive = () => tf.add(tf.abs(x()), 0.5);
const integers = () => tf.tensor2d([3, -1, 0, 7, 5, -4], [2, 3], "int32");
const flags = () => tf.greater(x(), 0);

/** Each op on every kind of input; wasm, an implementation of its own, says what is right. */
const cases: Record<string, () => tf.Tensor | tf.Tensor[]> = {
  "unary on any numbers": () =>
    [
      tf.abs,
      tf.neg,
      tf.square,
      tf.exp,
      tf.expm1,
      tf.sin,
      tf.cos,
      tf.tanh,
      tf.sigmoid,
      tf.relu,
      tf.relu6,
      tf.elu,
    ].map((op) => op(x())),
  "unary on positive numbers": () =>
    [tf.log, tf.log1p, tf.sqrt, tf.rsqrt, tf.reciprocal].map((op) => op(positive())),
  "rounding and signs": () => [tf.floor, tf.ceil, tf.round, tf.sign].map((op) => op(tf.mul(x(), 2.5))),
  "step and leakyRelu": () => [tf.step(x(), 0.3), tf.leakyRelu(x(), 0.1), tf.prelu(x(), tf.scalar(0.2))],
  "not a number": () => [tf.isNaN(tf.log(x()))],
  clipByValue: () => tf.clipByValue(x(), -0.5, 0.7),
  "arithmetic with broadcasting": () =>
    [tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.squaredDifference].map((op) => op(x(), y())),
  "arithmetic of integers": () => [
    ...[tf.add, tf.sub, tf.mul, tf.maximum, tf.minimum].map((op) => op(integers(), tf.scalar(2, "int32"))),
    tf.floorDiv(integers(), tf.scalar(2, "int32")),
  ],
  pow: () => tf.pow(positive(), y()),
  comparisons: () =>
    [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal, tf.notEqual].map((op) => op(x(), y())),
  logic: () => [
    tf.logicalAnd(flags(), tf.logicalNot(flags())),
    tf.logicalOr(flags(), tf.logicalNot(flags())),
    tf.logicalXor(flags(), flags()),
  ],
  where: () => tf.where(flags(), x(), tf.zerosLike(x())),
  addN: () => tf.addN([x(), x(), x()]),
  cast: () => [tf.cast(tf.mul(x(), 3), "int32"), tf.cast(flags(), "float32"), tf.cast(integers(), "float32")],
  "sums and means": () => [
    tf.sum(x()),
    tf.sum(x(), 1),
    tf.sum(x(), [0, 2], true),
    tf.mean(x(), -1),
    tf.mean(x()),
    tf.sum(integers(), 0),
    tf.sum(flags(), 0),
    tf.sum(tf.scalar(3)),
  ],
  extremes: () => [
    tf.max(x(), 1),
    tf.min(x(), [0, 1], true),
    tf.max(x()),
    tf.prod(x(), 2),
    tf.argMax(x(), 1),
    tf.argMin(x(), -1),
    tf.all(flags(), 1),
    tf.any(flags(), [0, 2]),
  ],
  softmax: () => [tf.softmax(x()), tf.logSoftmax(x()), tf.logSumExp(x(), 1)],
  cumsum: () => [
    tf.cumsum(x(), 1),
    tf.cumsum(x(), 2, true),
    tf.cumsum(x(), 0, true, true),
    tf.cumprod(x(), 1),
  ],
  topk: () => Object.values(tf.topk(x(), 3)),
  matMul: () => [
    tf.matMul(values([3, 4]), values([4, 5])),
    tf.matMul(values([4, 3]), values([5, 4]), true, true),
    tf.matMul(values([2, 3, 4]), values([1, 4, 5])),
    tf.matMul(values([2, 3, 4]), values([2, 5, 4]), false, true),
    tf.dot(values([4]), values([4, 3])),
  ],
  "views and products of them": () => {
    const turned = tf.transpose(x(), [2, 0, 1]);
    return [
      turned,
      tf.reshape(turned, [6, 4]),
      tf.matMul(tf.transpose(values([4, 3])), values([4, 5])),
      tf.sum(turned, 0),
    ];
  },
  "concat, stack and their inverse": () => [
    tf.concat([x(), x()], 1),
    tf.concat([tf.zeros([0, 3]), values([2, 3])], 0),
    tf.stack([x(), x()], -1),
    ...tf.unstack(x(), 1),
    ...tf.split(x(), [1, 2], 1),
    ...tf.split(x(), 2, -1),
  ],
  "slices and padding": () => [
    tf.slice(x(), [0, 1, 1], [2, 2, -1]),
    tf.slice(x(), [0, 0, 0], [2, 3, 4]),
    tf.stridedSlice(x(), [0, 2, 0], [2, 0, 4], [1, -1, 2]),
    tf.pad(x(), [
      [0, 1],
      [2, 0],
      [0, 0],
    ]),
    tf.pad(integers(), [
      [1, 1],
      [0, 2],
    ]),
  ],
  "tile, reverse and broadcastTo": () => [
    tf.tile(x(), [1, 2, 2]),
    tf.reverse(x(), [0, 2]),
    tf.broadcastTo(values([3, 1]), [2, 3, 4]),
  ],
  "gather and scatter": () => [
    tf.gather(x(), tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1),
    tf.gather(x(), tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1),
    tf.gatherND(x(), tf.tensor2d([1, 2, 0, 0], [2, 2], "int32")),
    tf.gatherND(x(), tf.tensor2d([1, 0], [2, 1], "int32")),
    tf.scatterND(tf.tensor2d([1, 1, 3], [3, 1], "int32"), values([3, 2]), [5, 2]),
    tf.scatterND(tf.tensor2d([1, 1, 0, 1], [2, 2], "int32"), values([2]), [2, 2]),
  ],
  oneHot: () => [tf.oneHot(tf.tensor1d([0, 2, -1], "int32"), 3)],
  creation: () => [
    tf.zeros([2, 2]),
    tf.ones([3], "int32"),
    tf.fill([2], 1.5),
    tf.range(0, 5, 2),
    tf.range(0, 3, 1, "int32"),
    tf.linspace(0, 1, 4),
    tf.zerosLike(integers()),
    tf.onesLike(x()),
    tf.eye(3),
  ],
};

interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly numbers: readonly number[];
}

async function on(backend: string, op: () => tf.Tensor | tf.Tensor[]): Promise<Result[]> {
  await tf.setBackend(backend);
  const tensors = [tf.tidy(op)].flat();
  const results = tensors.map((one) => ({
    shape: one.shape,
    dtype: one.dtype,
    numbers: Array.from(one.dataSync<"float32">()),
  }));
  tf.dispose(tensors);
  return results;
}

describeTorch("kernels agree with wasm's:", () => {
  for (const [name, op] of Object.entries(cases)) {
    it(name, async () => {
      const expected = await on("wasm", op);
      await tf.setBackend("torch");
      const before = alive();
      const actual = await on("torch", op);
      expect(alive()).to.deep.equal(before);
      expect(actual).to.have.length(expected.length);
      actual.forEach(({ shape, dtype, numbers }, i) => {
        expect({ shape, dtype }, `result ${i}`).to.deep.equal({
          shape: expected[i]!.shape,
          dtype: expected[i]!.dtype,
        });
        numbers.forEach((number, at) => {
          const wanted = expected[i]!.numbers[at]!;
          if (Number.isNaN(wanted)) expect(number, `result ${i}`).to.be.NaN;
          else
            expect(number, `result ${i} at ${at}`).to.be.closeTo(
              wanted,
              1e-5 * Math.max(1, Math.abs(wanted)),
            );
        });
      });
    });
  }

  it("casts every number but 0 to true", async () => {
    const truth = tf.tidy(() => tf.cast(integers(), "bool"));
    expect(Array.from(await truth.data())).to.deep.equal([1, 1, 0, 1, 1, 1]);
    truth.dispose();
  });

  it("sums segments, dropping negative ones", async () => {
    const sums = tf.tidy(() =>
      tf.unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), tf.tensor1d([1, -1, 1], "int32"), 3),
    );
    expect(Array.from(await sums.data())).to.deep.equal([0, 0, 6, 8, 0, 0]);
    sums.dispose();
  });

  it("finds where a condition holds", async () => {
    const places = await tf.whereAsync(tf.tensor1d([0, 1, 1], "bool"));
    expect(Array.from(await places.data())).to.deep.equal([1, 2]);
    places.dispose();
  });
});
