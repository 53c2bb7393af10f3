import { registerCompositeKernels } from "@rarl-sdk/nn";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** Makes wasm current, or with RARL_TEST_ENGINE=torch or =tensorflow that engine, where it is there. */
export async function useTestBackend(): Promise<void> {
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
  await tf.setBackend("wasm");
  registerCompositeKernels("wasm");
}
