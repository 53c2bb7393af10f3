import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { memory, ready, setBackend, type Tensor } from "@tensorflow/tfjs-core";
import { expect } from "chai";

/**
 * Makes the wasm backend current; call it in a `before` hook. RARL_TEST_ENGINE=torch or =tensorflow runs the same
 * tests on that engine, where it is there.
 */
export async function useWasm(): Promise<void> {
  if (process.env["RARL_TEST_ENGINE"] === "torch") {
    const { TorchEngine } = await import("@rarl-sdk/engine-torch");
    await new TorchEngine().activate({});
    return;
  }
  if (process.env["RARL_TEST_ENGINE"] === "tensorflow") {
    const { TensorflowEngine } = await import("@rarl-sdk/engine-tensorflow");
    await new TensorflowEngine().activate({});
    return;
  }
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(entry) + sep);
  await setBackend("wasm");
  await ready();
}

/** Runs `f` and expects that no tensors live afterwards that did not before; those of the result are disposed. */
export function expectNoLeak<T>(f: () => T, disposeResult: (result: T) => void): void {
  // The first run may leave what belongs to the process, such as compiled kernels.
  disposeResult(f());
  const before = memory();
  disposeResult(f());
  const after = memory();
  expect(after.numTensors, "tensors alive").to.equal(before.numTensors);
  expect(after.numDataBuffers, "buffers alive").to.equal(before.numDataBuffers);
}

/** Largest absolute difference between a tensor and the expected values. */
export function maxDifference(actual: Tensor, expected: ArrayLike<number>): number {
  expect(actual.size).to.equal(expected.length);
  const values = actual.dataSync() as Float32Array;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = Math.abs(values[i]! - expected[i]!);
    // A NaN must not pass for small.
    most = Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }
  return most;
}
