import type { KernelConfig, KernelFunc, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { TorchBackend } from "../backend/torch-backend.js";

/** What a kernel is called with. */
export interface KernelRequest<Attributes> {
  /** Inputs by name; an optional one may be missing. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attributes: Attributes;
  readonly backend: TorchBackend;
}

/** A kernel without the name of its backend. */
export type TorchKernel = Omit<KernelConfig, "backendName">;

/** A kernel of TensorFlow.js's registry from a function with typed attributes. */
export function torchKernel<Attributes = NamedAttrMap>(
  kernelName: string,
  run: (request: KernelRequest<Attributes>) => TensorInfo | TensorInfo[],
): TorchKernel {
  const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) =>
    run({
      inputs: inputs as Record<string, TensorInfo>,
      attributes: attrs as unknown as Attributes,
      // Kernels are registered for this backend alone.
      backend: backend as unknown as TorchBackend,
    });
  return { kernelName, kernelFunc };
}
