import { getKernel, registerKernel } from "@tensorflow/tfjs-core";
import { binaryKernels } from "./binary.js";
import { creationKernels } from "./creation.js";
import { decodingKernels } from "./decoding.js";
import { fusedKernels } from "./fused.js";
import { indexingKernels } from "./indexing.js";
import type { TorchKernel } from "./kernel.js";
import { productKernels } from "./mat-mul.js";
import { reductionKernels } from "./reductions.js";
import { shapeKernels } from "./shapes.js";
import { unaryKernels } from "./unary.js";

/** Every kernel of the backend. */
export const torchKernels: readonly TorchKernel[] = [
  ...unaryKernels,
  ...binaryKernels,
  ...reductionKernels,
  ...productKernels,
  ...shapeKernels,
  ...creationKernels,
  ...indexingKernels,
  ...fusedKernels,
  ...decodingKernels,
];

/** Registers the kernels under the backend's name, once a process. */
export function registerTorchKernels(backendName: string): void {
  for (const kernel of torchKernels) {
    if ((getKernel(kernel.kernelName, backendName) as unknown) == null)
      registerKernel({ ...kernel, backendName });
  }
}
