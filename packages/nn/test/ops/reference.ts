import {
  mul,
  sum,
  tensor,
  tidy,
  variable,
  type Scalar,
  type Tensor,
  type Variable,
} from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { valueAndGradients } from "../../src/ops/index.js";
import { expectNoLeak, maxDifference } from "../support/wasm.js";

/** Reproducible numbers, roughly normal with deviation 1. */
export function numbers(count: number, seed: number): number[] {
  let state = (seed * 2654435761 + 12345) % 4294967296;
  const uniform = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  return Array.from({ length: count }, () => Math.fround(2 * (uniform() + uniform() + uniform()) - 3));
}

export interface ReferenceCheck {
  /** Shapes of the differentiable inputs. */
  readonly shapes: readonly number[][];
  readonly op: (...inputs: never[]) => Tensor;
  /** The same in double precision on flat arrays. */
  readonly reference: (...inputs: number[][]) => number[];
  /** Inputs whose gradients are checked; all by default. */
  readonly gradients?: readonly number[];
  readonly tolerance?: number;
  readonly seed?: number;
}

/**
 * Expects the op to give what the reference gives, its gradients to be the reference's central differences, and
 * nothing to leak in either direction.
 */
export function expectReference(check: ReferenceCheck): void {
  const { shapes, reference, tolerance = 2e-5, seed = 1 } = check;
  const op = check.op as unknown as (...inputs: Tensor[]) => Tensor;
  const checked = check.gradients ?? shapes.map((_, i) => i);
  const values = shapes.map((shape, i) => numbers(size(shape), seed + i));
  const inputs = values.map((value, i) =>
    checked.includes(i) ? variable(tensor(value, shapes[i])) : tensor(value, shapes[i]),
  );
  const expected = reference(...values);
  const weights = numbers(expected.length, seed + 100);

  const run = () => tidy(() => op(...inputs));
  const output = run();
  expect(maxDifference(output, expected), "forward").to.be.below(tolerance);
  const weight = tensor(weights, output.shape);
  output.dispose();
  expectNoLeak(run, (result) => {
    result.dispose();
  });

  const variables = checked.map((i) => inputs[i] as Variable);
  const differentiate = () => valueAndGradients(() => sum<Scalar>(mul(op(...inputs), weight)), variables);
  const result = differentiate();
  checked.forEach((input, i) => {
    const slopes = centralDifferences(reference, values, input, weights);
    const scale = Math.max(1, ...slopes.map(Math.abs));
    expect(maxDifference(result.gradients[i]!, slopes) / scale, `gradient of input ${input}`).to.be.below(
      5 * tolerance,
    );
  });
  const disposeAll = ({ value, gradients }: ReturnType<typeof differentiate>) => {
    for (const one of [value, ...gradients]) one.dispose();
  };
  disposeAll(result);
  expectNoLeak(differentiate, disposeAll);
  for (const one of [weight, ...inputs]) one.dispose();
}

/** Slopes of the weighted sum of the reference's outputs in every element of one input. */
function centralDifferences(
  reference: ReferenceCheck["reference"],
  values: number[][],
  input: number,
  weights: number[],
): number[] {
  const step = 1e-5;
  const loss = (element: number, by: number) => {
    const moved = values.map((value, i) =>
      i === input ? value.map((x, j) => (j === element ? x + by : x)) : value,
    );
    return reference(...moved).reduce((total, y, i) => total + y * weights[i]!, 0);
  };
  return values[input]!.map((_, element) => (loss(element, step) - loss(element, -step)) / (2 * step));
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** `[m, k]` times `[k, n]` on flat arrays. */
export function matrixProduct(a: number[], b: number[], m: number, k: number, n: number): number[] {
  const c = new Array<number>(m * n).fill(0);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let l = 0; l < k; l++) c[i * n + j]! += a[i * k + l]! * b[l * n + j]!;
  return c;
}

/** Rows of `width` numbers. */
export function rowsOf(x: number[], width: number): number[][] {
  return Array.from({ length: x.length / width }, (_, i) => x.slice(i * width, (i + 1) * width));
}

export function average(x: number[]): number {
  return x.reduce((total, value) => total + value, 0) / x.length;
}

/** Error function by its Taylor series; good to 1e-12 for |x| < 4. */
export function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

export function softmax(scores: number[]): number[] {
  const most = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - most));
  const total = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((e) => e / total);
}
