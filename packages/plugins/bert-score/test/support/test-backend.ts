import { registerCompositeKernels } from "@rarl-sdk/nn";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** Makes wasm current, or with RARL_TEST_ENGINE=torch that engine, where it is built. */
export async function useTestBackend(): Promise<void> {
  if (process.env["RARL_TEST_ENGINE"] === "torch") {
    const { TorchEngine } = await import("@rarl-sdk/engine-torch");
    await new TorchEngine().activate({});
    return;
  }
  await tf.setBackend("wasm");
  registerCompositeKernels("wasm");
}
