import { TorchEngine } from "@rarl-sdk/engine-torch";
import type { TorchBackend } from "../../src/backend/torch-backend.js";
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

/** Makes fused operations go the way of devices that the addon has no code of its own for. */
export async function usePortableKernels(portable: boolean): Promise<void> {
  await (tf.findBackend("torch") as unknown as TorchBackend).usePortableKernels(portable);
}
