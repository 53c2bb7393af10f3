import { TorchEngine } from "@rarl-sdk/engine-torch";
import * as tf from "@tensorflow/tfjs-core";

/** Why the engine cannot run here, or null. Tests that need it are pending then. */
const probe = await new TorchEngine().probe();
export const unavailable = probe.available ? null : probe.reason;

/** A suite that is pending, with the reason in its name, where there is no addon. */
export function describeTorch(name: string, suite: () => void): void {
  if (unavailable === null) {
    describe(name, () => {
      before(useTorch);
      suite();
    });
  } else describe.skip(`${name} (skipped: ${unavailable})`, suite);
}

export async function useTorch(): Promise<void> {
  await new TorchEngine().activate({});
}

/** Tensors and data buffers alive. */
export function alive(): [number, number] {
  const { numTensors, numDataBuffers } = tf.memory();
  return [numTensors, numDataBuffers];
}
