import { engine, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { registerStandardGradients } from "./gradients/register.js";

registerStandardGradients();

type EngineState = ReturnType<typeof engine>["state"];
type TapeNode = EngineState["activeTape"][number];

/**
 * Value and gradients of `f` with respect to `xs`; null where `f` does not depend on an x. Unlike the engine's own
 * function it may run inside a gradient function, whose tape it leaves as it was; it frees gradients and saved
 * tensors of intermediate results as soon as the backward pass is done with them, where the engine would hold those of
 * the whole network to the end; and it frees what was saved when `f` throws.
 * @param dy gradient of the value, ones by default
 */
export function differentiate<T extends Tensor>(
  f: () => T,
  xs: readonly Tensor[],
  dy?: T,
): { value: T; gradients: (Tensor | null)[] } {
  if (xs.length === 0) return { value: tidy(f), gradients: [] };
  const { state } = engine();
  const outerTape = state.activeTape as TapeNode[] | null;
  let tape: TapeNode[] = [];
  const taped = () => {
    tape = state.activeTape;
    const value = f();
    releaseEarly(tape, dy);
    return value;
  };
  try {
    const { value, grads } = engine().gradients(taped, [...xs], dy, true);
    return { value, gradients: (grads as (Tensor | undefined)[]).map((gradient) => gradient ?? null) };
  } catch (error) {
    for (const node of tape) disposeAll(node.saved ?? []);
    throw error;
  } finally {
    state.activeTape = outerTape as TapeNode[];
  }
}

/** Makes each node of the tape free the gradients of its outputs, and what it saved, once the next node has its turn. */
function releaseEarly(tape: readonly TapeNode[], dyOfCaller: Tensor | undefined): void {
  let releasePrevious = (): void => undefined;
  for (const node of tape) {
    const { gradient } = node as { gradient?: TapeNode["gradient"] };
    if (gradient === undefined) continue;
    node.gradient = (dys) => {
      releasePrevious();
      const escaped = new Set<Tensor | undefined>([dyOfCaller]);
      releasePrevious = () => {
        disposeAll((dys as (Tensor | null)[]).filter((dy) => dy !== null && !escaped.has(dy)) as Tensor[]);
        disposeAll(node.saved ?? []);
      };
      const ofInputs = gradient(dys);
      return Object.fromEntries(
        Object.entries(ofInputs).map(([name, compute]) => [
          name,
          () => {
            const result = compute();
            escaped.add(result);
            return result;
          },
        ]),
      );
    };
  }
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
