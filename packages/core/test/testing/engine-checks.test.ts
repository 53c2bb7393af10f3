import assert from "node:assert/strict";
import { checkForward, checkGradient, withoutLeak, type OpCase } from "@rarl-sdk/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";

const gradientOfSquare: tf.GradConfig = {
  kernelName: "Square",
  inputsToSave: ["x"],
  gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, tf.mul(x!, 2)) }),
};

/** The square, and what a wrong engine would make of it. */
function square(op: (x: tf.Tensor) => tf.Tensor): OpCase {
  return {
    name: "square",
    inputs: [{ shape: [2, 3] }],
    op,
    reference: ({ shape, values }) => ({ shape, values: values.map((value) => value * value) }),
    differentiable: [0],
  };
}

describe("checks of an engine's ops", () => {
  before(async () => {
    await tf.setBackend("wasm");
    if ((tf.getGradient("Square") as unknown) == null) tf.registerGradient(gradientOfSquare);
  });

  it("pass what is right", async () => {
    await checkForward(square(tf.square));
    await checkGradient(square(tf.square));
  });

  it("refuse a wrong value, a wrong shape and a wrong gradient", async () => {
    await assert.rejects(checkForward(square((x) => tf.add(tf.square(x), 1e-3))), /the reference says/);
    await assert.rejects(checkForward(square((x) => tf.reshape(tf.square(x), [6]))), /shape of the result/);
    const halfGradient = tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return { value: tf.square(x as tf.Tensor), gradFunc: (dy, [y]) => tf.mul(dy, y!) };
    });
    await assert.rejects(checkGradient(square((x) => halfGradient(x))), /the reference says/);
  });

  it("refuse a tensor left alive", async () => {
    const kept: tf.Tensor[] = [];
    await assert.rejects(
      withoutLeak(() => {
        kept.push(tf.ones([2]));
        return Promise.resolve();
      }),
      /left alive/,
    );
    tf.dispose(kept);
  });
});
