import {
  engine,
  getBackend,
  getGradient,
  getKernel,
  registerGradient,
  registerKernel,
  tidy,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from "@tensorflow/tfjs-core";

/** Inputs of a kernel by name. */
export type KernelInputs<Names extends string> = Readonly<Record<Names, Tensor>>;

/** A fused op: its name in TensorFlow.js's registry, what to do where an engine has no kernel of that name. */
export interface KernelDefinition<Inputs extends string, Attributes extends object> {
  readonly name: `Rarl${string}`;
  /** The op in TensorFlow.js's own ops. Runs untaped and inside a tidy; must not return an input itself. */
  readonly composite: (inputs: KernelInputs<Inputs>, attributes: Attributes) => Tensor | Tensor[];
  /** The gradient, the same for every backend; absent for kernels of backward passes. */
  readonly gradient?: {
    readonly inputsToSave: readonly Inputs[];
    /** Results by place; those that are kept come after the inputs in `saved`. */
    readonly outputsToSave?: readonly boolean[];
    /** One function an input that may need a gradient; only those that are needed are called. */
    readonly backward: (
      dy: Tensor,
      saved: readonly Tensor[],
      attributes: Attributes,
    ) => Partial<Record<Inputs, () => Tensor>>;
  };
}

const definitions = new Map<string, KernelDefinition<string, object>>();

/** Defines a fused op and returns the function that runs it on the current backend, on the tape if there is one. */
export function defineKernel<Inputs extends string, Attributes extends object>(
  definition: KernelDefinition<Inputs, Attributes>,
): (inputs: Partial<KernelInputs<Inputs>>, attributes: Attributes) => Tensor[] {
  const { name, gradient } = definition;
  definitions.set(name, definition as unknown as KernelDefinition<string, object>);
  // The registry is global to the process; a second copy of this module must not register again.
  if (gradient !== undefined && (getGradient(name) as unknown) == null) {
    registerGradient({
      kernelName: name,
      inputsToSave: [...gradient.inputsToSave],
      outputsToSave: [...(gradient.outputsToSave ?? [])],
      gradFunc: (dy, saved, attributes) =>
        gradient.backward(
          Array.isArray(dy) ? dy[0]! : dy,
          saved,
          attributes as unknown as Attributes,
        ) as Record<string, () => Tensor>,
    });
  }
  return (inputs, attributes) => {
    registerComposite(name, getBackend());
    const result = engine().runKernel<Tensor | Tensor[]>(
      name,
      inputs as NamedTensorMap,
      attributes as unknown as NamedAttrMap,
    );
    return Array.isArray(result) ? result : [result];
  };
}

/**
 * Gives `backendName` the composite implementation of every `Rarl…` kernel that it lacks. An engine with native
 * kernels registers those first. Ops also do this for themselves on first use.
 */
export function registerCompositeKernels(backendName: string): void {
  for (const name of definitions.keys()) registerComposite(name, backendName);
}

/** Names of the fused kernels, forward and backward, that an engine may implement natively. */
export function fusedKernelNames(): readonly string[] {
  return [...definitions.keys()];
}

function registerComposite(name: string, backendName: string): void {
  if ((getKernel(name, backendName) as unknown) != null) return;
  const definition = definitions.get(name)!;
  registerKernel({
    kernelName: name,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      tidy(() => definition.composite(inputs as Record<string, Tensor>, attrs as object)),
  });
}
