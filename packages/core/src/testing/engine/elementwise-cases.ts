import * as tf from "@tensorflow/tfjs-core";
import type { OpCase } from "./op-case.js";
import { map, zip } from "./plain-array.js";

const x = { shape: [2, 3, 4] };

function unary(
  name: string,
  op: (x: tf.Tensor) => tf.Tensor,
  reference: (x: number) => number,
  { positive = false, differentiable = true }: { positive?: boolean; differentiable?: boolean } = {},
): OpCase {
  return {
    name,
    inputs: [{ ...x, positive }],
    op,
    reference: (plain) => map(plain, reference),
    ...(differentiable && { differentiable: [0] }),
  };
}

const positive = { positive: true };
const flat = { differentiable: false };

/** Rounds half to even, as IEEE 754 and every engine do. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

const unaryCases: readonly OpCase[] = [
  unary("abs", tf.abs, Math.abs),
  unary("neg", tf.neg, (v) => -v),
  unary("square", tf.square, (v) => v * v),
  unary("exp", tf.exp, Math.exp),
  unary("log", tf.log, Math.log, positive),
  unary("sqrt", tf.sqrt, Math.sqrt, positive),
  unary("rsqrt", tf.rsqrt, (v) => 1 / Math.sqrt(v), positive),
  unary("reciprocal", tf.reciprocal, (v) => 1 / v, positive),
  unary("sigmoid", tf.sigmoid, (v) => 1 / (1 + Math.exp(-v))),
  unary("tanh", tf.tanh, Math.tanh),
  unary("relu", tf.relu, (v) => Math.max(0, v)),
  unary("erf", tf.erf, erf),
  unary("sin", tf.sin, Math.sin),
  unary("cos", tf.cos, Math.cos),
  unary(
    "clipByValue",
    (v) => tf.clipByValue(v, -0.7, 0.9),
    (v) => Math.min(0.9, Math.max(-0.7, v)),
  ),
  unary(
    "step",
    (v) => tf.step(v),
    (v) => Number(v > 0),
    flat,
  ),
  unary("floor", tf.floor, Math.floor, flat),
  unary("ceil", tf.ceil, Math.ceil, flat),
  unary(
    "round, halves to even",
    (v) => tf.round(tf.mul(tf.round(tf.mul(v, 4)), 0.5)),
    (v) => roundHalfToEven(0.5 * roundHalfToEven(v * 4)),
    flat,
  ),
  unary(
    "cast to int32 and back",
    (v) => tf.cast(tf.cast(tf.mul(v, 3), "int32"), "float32"),
    (v) => Math.trunc(Math.fround(v * 3)),
    flat,
  ),
  unary(
    "ones and zeros like",
    (v) => tf.add(tf.onesLike(v), tf.zerosLike(v)),
    () => 1,
    flat,
  ),
  unary(
    "isNaN",
    (v) => tf.isNaN(tf.log(v)),
    (v) => Number(v < 0),
    flat,
  ),
];

function binary(
  name: string,
  op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  reference: (a: number, b: number) => number,
  isPositive: readonly [boolean, boolean] | null = [false, false],
): OpCase[] {
  const shapes: [string, number[], number[]][] = [
    ["", [2, 3, 4], [2, 3, 4]],
    [" with a row", [2, 3, 4], [4]],
    [" with a column", [3, 1], [2, 3, 4]],
    [" with a scalar", [2, 3], []],
  ];
  return shapes.map(([suffix, a, b]) => ({
    name: `${name}${suffix}`,
    inputs: [
      { shape: a, positive: isPositive?.[0] ?? false },
      { shape: b, positive: isPositive?.[1] ?? false },
    ],
    op,
    reference: (left, right) => zip([left, right], reference),
    ...(isPositive !== null && { differentiable: [0, 1] }),
  }));
}

const binaryCases: readonly OpCase[] = [
  ...binary("add", tf.add, (a, b) => a + b),
  ...binary("sub", tf.sub, (a, b) => a - b),
  ...binary("mul", tf.mul, (a, b) => a * b),
  ...binary("div", tf.div, (a, b) => a / b, [false, true]),
  ...binary("maximum", tf.maximum, Math.max),
  ...binary("minimum", tf.minimum, Math.min),
  ...binary("squaredDifference", tf.squaredDifference, (a, b) => (a - b) ** 2),
  ...binary("pow", tf.pow, (a, b) => a ** b, [true, false]),
  ...binary("equal", tf.equal, (a, b) => Number(a === b), null),
  ...binary("notEqual", tf.notEqual, (a, b) => Number(a !== b), null),
  ...binary("greater", tf.greater, (a, b) => Number(a > b), null),
  ...binary("greaterEqual", tf.greaterEqual, (a, b) => Number(a >= b), null),
  ...binary("less", tf.less, (a, b) => Number(a < b), null),
  ...binary("lessEqual", tf.lessEqual, (a, b) => Number(a <= b), null),
];

const bool = { shape: [2, 3, 4], dtype: "bool" as const };
const int32 = { shape: [2, 3], dtype: "int32" as const };
const divisor = { shape: [3], dtype: "int32" as const, values: [2, 3, 7] };

const typedCases: readonly OpCase[] = [
  {
    name: "logicalAnd, logicalOr and logicalNot",
    inputs: [bool, { shape: [4], dtype: "bool" }],
    op: (a, b) => tf.logicalOr(tf.logicalAnd(a, b), tf.logicalNot(a)),
    reference: (a, b) => zip([a, b], (p, q) => Number((p !== 0 && q !== 0) || p === 0)),
  },
  {
    name: "where",
    inputs: [bool, x, x],
    op: (c, a, b) => tf.where(c, a, b),
    reference: (c, a, b) => zip([c, a, b], (p, q, r) => (p !== 0 ? q : r)),
    differentiable: [1, 2],
  },
  {
    name: "addN",
    inputs: [x, x, x],
    op: (a, b, c) => tf.addN([a, b, c]),
    reference: (a, b, c) => zip([a, b, c], (p, q, r) => p + q + r),
    differentiable: [0, 1, 2],
  },
  {
    name: "integers add, subtract and multiply exactly",
    inputs: [{ shape: [3], dtype: "int32", values: [2_000_000_011, -7, 33_554_433] }, int32],
    op: (a, b) => tf.sub(tf.add(a, b), tf.mul(b, 3)),
    reference: (a, b) => zip([a, b], (p, q) => p + q - 3 * q),
  },
  {
    name: "floorDiv and mod of integers",
    inputs: [int32, divisor],
    op: (a, b) => tf.add(tf.mul(tf.floorDiv(a, b), 100), tf.mod(a, b)),
    reference: (a, b) => zip([a, b], (p, q) => 100 * Math.floor(p / q) + (p - q * Math.floor(p / q))),
  },
];

/** Ops that work value by value. */
export const elementwiseCases: readonly OpCase[] = [...unaryCases, ...binaryCases, ...typedCases];

/** Error function by its power series, exact in double precision for |x| < 3. */
function erf(value: number): number {
  let term = value;
  let sum = value;
  for (let n = 1; n < 60; n++) {
    term *= -(value * value) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
