import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../random/philox.js";
import { inputsOf, toTensor, type OpCase } from "./op-case.js";
import type { PlainArray } from "./plain-array.js";

/** Half the distance of a central difference; its error is about 1e-10 in double precision. */
const step = 1e-5;

/** Computes the op and compares it with the reference; nothing may be left alive. */
export async function checkForward(one: OpCase): Promise<void> {
  const plain = inputsOf(one);
  const expected = one.reference(...plain);
  await withoutLeak(async () => {
    const inputs = plain.map((input, place) => toTensor(input, one.inputs[place]!.dtype));
    const output = tf.tidy(() => one.op(...inputs));
    assertClose(await valuesOf(output), expected, one.tolerance);
    assert.deepEqual([...output.shape], [...expected.shape], "the shape of the result");
    // Results must not depend on inputs that live on.
    tf.dispose(inputs);
    assertClose([...output.dataSync<"float32">()], expected, one.tolerance);
    output.dispose();
  });
}

/** Differentiates the op and compares with central differences of the reference; nothing may be left alive. */
export async function checkGradient(one: OpCase): Promise<void> {
  const plain = inputsOf(one);
  const { shape, values } = one.reference(...plain);
  const random = randomStream(2);
  const dy: PlainArray = { shape, values: values.map(() => Math.fround(2 * random.uniform() - 1)) };
  const variable = one.differentiable ?? [];
  await withoutLeak(async () => {
    const inputs = plain.map((input, place) => toTensor(input, one.inputs[place]!.dtype));
    const upstream = toTensor(dy);
    const gradients = tf.grads((...given: tf.Tensor[]) => {
      const all = [...inputs];
      variable.forEach((place, order) => (all[place] = given[order]!));
      return one.op(...all);
    })(
      variable.map((place) => inputs[place]!),
      upstream,
    );
    for (const [order, place] of variable.entries()) {
      const difference = centralDifferences(one, plain, place, dy);
      assert.deepEqual([...gradients[order]!.shape], [...difference.shape], "the shape of the gradient");
      assertClose(await valuesOf(gradients[order]!), difference, one.tolerance);
    }
    tf.dispose([...inputs, ...gradients, upstream]);
  });
}

/** Derivatives of the sum of `dy` times the reference by every value of one input. */
function centralDifferences(
  { reference }: OpCase,
  inputs: readonly PlainArray[],
  place: number,
  dy: PlainArray,
): PlainArray {
  const { shape, values } = inputs[place]!;
  const along = (moved: readonly number[]): number => {
    const given = inputs.map((input, index) => (index === place ? { shape, values: moved } : input));
    return reference(...given).values.reduce((sum, value, index) => sum + value * dy.values[index]!, 0);
  };
  return {
    shape,
    values: values.map(
      (value, index) =>
        (along(values.with(index, value + step)) - along(values.with(index, value - step))) / (2 * step),
    ),
  };
}

async function valuesOf(tensor: tf.Tensor): Promise<number[]> {
  return [...((await tensor.data()) as Float32Array)];
}

export function assertClose(found: readonly number[], expected: PlainArray, tolerance = 2e-5): void {
  assert.equal(found.length, expected.values.length, "the number of values");
  expected.values.forEach((value, index) => {
    const isClose = Math.abs(found[index]! - value) <= tolerance * (1 + Math.abs(value));
    assert.ok(isClose, `value ${index} is ${found[index]}, the reference says ${value}`);
  });
}

/** Fails when `work` leaves tensors or their data alive. The first run may leave what belongs to the process. */
export async function withoutLeak(work: () => Promise<void>): Promise<void> {
  await work();
  const before = tf.memory();
  await work();
  const after = tf.memory();
  assert.equal(after.numTensors, before.numTensors, "tensors are left alive");
  assert.equal(after.numDataBuffers, before.numDataBuffers, "data of tensors are left alive");
}
