import { clone, customGrad, tidy, zerosLike, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import { differentiate } from "./tape.js";

/**
 * Runs `f` without keeping its activations; the backward pass runs it again. Costs one more forward pass of `f` and
 * saves the memory of everything between its inputs and its output.
 * @param f must depend on nothing differentiable but its arguments and `variables`, and give the same on every call;
 *   a tensor it merely captures may be gone by the time of the backward pass
 * @param inputs first arguments of `f`; they get gradients where the outer function depends on them
 * @param variables variables that `f` reads and that get gradients
 * @param constants further arguments of `f`, which are kept for the backward pass and get no gradients
 */
export function recompute(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  variables: readonly Variable[],
  constants: readonly Tensor[] = [],
): Tensor {
  const operation = customGrad((...args) => {
    const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
    save([...inputs, ...constants]);
    const output = f(...inputs, ...constants);
    return {
      // An input handed back is not the output of this operation.
      value: inputs.includes(output) ? clone(output) : output,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const kept = saved.slice(inputs.length);
        return gradientsOf((...args) => f(...args, ...kept), saved.slice(0, inputs.length), variables, dy);
      },
    };
  });
  return operation(...inputs, ...variables);
}

function gradientsOf(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  variables: readonly Variable[],
  dy: Tensor,
): Tensor[] {
  const xs = [...inputs, ...variables];
  return tidy(() =>
    differentiate(() => f(...inputs), xs, dy).gradients.map((gradient, i) => {
      if (gradient === null) return zerosLike(xs[i]!);
      return gradient === dy ? clone(gradient) : gradient;
    }),
  );
}
