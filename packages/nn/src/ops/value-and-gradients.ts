import { tidy, zerosLike, type Scalar, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import { differentiate } from "./tape.js";

/**
 * Value of a scalar function and its gradients. The caller owns the value and the gradients; nothing else stays alive.
 * @returns gradients aligned with `variables`, zeros for a variable without influence
 */
export function valueAndGradients(
  f: () => Scalar,
  variables: readonly Variable[],
): { value: Scalar; gradients: Tensor[] } {
  return tidy(() => {
    const { value, gradients } = differentiate(f, variables);
    return { value, gradients: gradients.map((gradient, i) => gradient ?? zerosLike(variables[i]!)) };
  });
}
