import { rarlError } from "@rarl-sdk/core";
import type { TensorInfo } from "./weights-source.js";

/**
 * Checks a stored tensor's shape; `-1` in `expected` stands for any size.
 * @throws RarlError `TENSOR_SHAPE`
 */
export function expectTensorShape(name: string, info: TensorInfo, expected: readonly number[]): void {
  const fits =
    info.shape.length === expected.length &&
    expected.every((size, axis) => size === -1 || size === info.shape[axis]);
  if (!fits) throw rarlError("TENSOR_SHAPE", { file: info.file, tensor: name, expected, found: info.shape });
}
