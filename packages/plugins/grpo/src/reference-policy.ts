import type { Adapter, NamedVariable } from "@rarl-sdk/core";
import { FrozenReference } from "./frozen-reference.js";
import type { GrpoOptions } from "./options.js";

/** The policy that the KL term holds on to. */
export interface ReferencePolicy {
  /** Runs synchronous `work` while the backbone is the reference policy; restores the policy on errors too. */
  during<Result>(work: () => Result): Result;
  /** Moves the reference: mixup · policy + (1 - mixup) · reference, weight by weight. */
  mix(mixup: number): void;
  save(directory: string): Promise<void>;
  load(directory: string): Promise<void>;
  dispose(): void;
}

/**
 * With an adapter the reference is the same model with the adapter off, which costs no memory and cannot move. A
 * reference that moves, or a policy without an adapter, needs a copy of the trainable weights.
 * @returns null when beta is 0: nothing then needs a reference.
 */
export function referencePolicy(
  options: Pick<GrpoOptions, "beta" | "referenceSync">,
  policy: { readonly adapter: Adapter | null; readonly variables: readonly NamedVariable[] },
): ReferencePolicy | null {
  if (options.beta === 0) return null;
  const { adapter } = policy;
  if (adapter === null || options.referenceSync !== null) return new FrozenReference(policy.variables);
  return {
    during: (work) => adapter.withDisabled(work),
    mix: () => undefined,
    save: () => Promise.resolve(),
    load: () => Promise.resolve(),
    dispose: () => undefined,
  };
}
