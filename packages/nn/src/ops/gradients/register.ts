import { getGradient, registerGradient, type Tensor } from "@tensorflow/tfjs-core";
import { binaryGradients } from "./binary.js";
import { reductionGradients } from "./reductions.js";
import { shapeGradients } from "./shapes.js";
import { unaryGradients } from "./unary.js";

/** The gradient of one of TensorFlow.js's own kernels. */
export interface StandardGradient {
  readonly kernel: string;
  /** Inputs to save, by name, or all of a list of inputs. */
  readonly inputs?: readonly string[] | "all";
  /** Whether the first output is saved, after the inputs. */
  readonly output?: boolean;
  /**
   * @param dy gradient of the output
   * @param saved inputs, then output
   * @returns a function an input
   */
  readonly backward: (
    dy: Tensor,
    saved: readonly Tensor[],
    attributes: never,
    dys: readonly Tensor[],
  ) => Record<string, () => Tensor>;
}

/**
 * Registers gradients of TensorFlow.js's own ops. The build of tfjs-core that Node loads has none, and the module
 * that would register them cannot be imported by Node. Gradients that are registered already stay, unless `replace`
 * is true: a package that brings TensorFlow.js whole, as tfjs-node does, brings gradients of its own, some of which
 * fail (squaredDifference with broadcasting, products of batches that broadcast).
 */
export function registerStandardGradients({ replace = false }: { readonly replace?: boolean } = {}): void {
  for (const gradient of [...unaryGradients, ...binaryGradients, ...reductionGradients, ...shapeGradients]) {
    if (replace || (getGradient(gradient.kernel) as unknown) == null) register(gradient);
  }
}

function register({ kernel, inputs = [], output = false, backward }: StandardGradient): void {
  registerGradient({
    kernelName: kernel,
    ...(inputs === "all" ? { saveAllInputs: true } : { inputsToSave: [...inputs] }),
    outputsToSave: [output],
    gradFunc: (dy, saved, attributes) => {
      const dys = Array.isArray(dy) ? dy : [dy];
      return backward(dys[0]!, saved, attributes as never, dys);
    },
  });
}
