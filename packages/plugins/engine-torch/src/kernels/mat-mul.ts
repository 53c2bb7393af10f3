import { rarlError } from "@rarl-sdk/core";
import { broadcast_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { TorchBackend } from "../backend/torch-backend.js";
import { torchKernel, type TorchKernel } from "./kernel.js";

export interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Matrix product over the last two axes; the axes before broadcast. */
export function product(
  backend: TorchBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: ProductAttributes,
): TensorInfo {
  const [inner, other] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (inner !== other) {
    // TensorFlow.js leaves this to the backend; the engine's own thread would tell of it only at the next read.
    throw rarlError("ENGINE_OP_FAILED", {
      engine: "torch",
      operation: "BatchMatMul",
      shapes: [a.shape, b.shape],
      reason: `the inner lengths ${inner} and ${other} differ`,
    });
  }
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  return backend.compute("BatchMatMul", [a, b], [...batch, rows, columns], "float32", [
    Number(transposeA),
    Number(transposeB),
  ]);
}

export const productKernels: readonly TorchKernel[] = [
  torchKernel<ProductAttributes>("BatchMatMul", ({ inputs, attributes, backend }) =>
    product(backend, inputs["a"]!, inputs["b"]!, attributes),
  ),
];
