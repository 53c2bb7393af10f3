import type { Backbone, MemoryPlan, MemoryRequest, StepLoad } from "@rarl-sdk/core";
import type { GrpoOptions } from "./options.js";

/** How a step is cut to keep within its memory. */
export interface StepCut {
  /** Prompts sampled together. */
  readonly rolloutPrompts: number;
  /** Groups per differentiated forward pass. */
  readonly microBatch: number;
  /** Completions of one group per pass; below the group size a group takes several passes. */
  readonly passCompletions: number;
  readonly recompute: boolean;
}

type CutOptions = Pick<
  GrpoOptions,
  "groupSize" | "promptsPerStep" | "accumulation" | "microBatch" | "rolloutPrompts" | "maxNewTokens"
>;

/** The cut that the options ask for. `recompute` is left to the backbone's own option. */
export function configuredCut(options: CutOptions): StepCut {
  return {
    rolloutPrompts: options.rolloutPrompts ?? options.promptsPerStep * options.accumulation,
    microBatch: options.microBatch ?? options.promptsPerStep,
    passCompletions: options.groupSize,
    recompute: false,
  };
}

/** From `count` downwards by halves: 6, 3, 2, 1. */
function halves(count: number): number[] {
  const sizes: number[] = [];
  for (let size = count; size > 1; size = Math.ceil(size / 2)) sizes.push(size);
  return [...sizes, 1];
}

/**
 * The first cut that fits, the fastest first: fewer groups a pass cost next to nothing, recomputation a forward pass,
 * and several passes a group run its prompt again in each. When none fits, the smallest.
 */
export function fittingCut(
  options: CutOptions,
  request: MemoryRequest,
  backbone: Backbone,
): { readonly cut: StepCut; readonly plan: MemoryPlan } {
  const most = configuredCut(options);
  const passes = [
    ...halves(most.microBatch).map((microBatch) => ({ ...most, microBatch })),
    ...halves(most.microBatch).map((microBatch) => ({ ...most, microBatch, recompute: true })),
    ...halves(options.groupSize).map((passCompletions) => ({
      ...most,
      microBatch: 1,
      passCompletions,
      recompute: true,
    })),
  ];
  const planOf = (cut: StepCut): MemoryPlan => {
    const load: StepLoad = {
      promptTokens: request.promptTokens,
      completionTokens: options.maxNewTokens,
      rollout: { prompts: cut.rolloutPrompts, completions: options.groupSize },
      pass: { prompts: cut.microBatch, completions: cut.passCompletions },
      recompute: cut.recompute,
    };
    return { load, memory: backbone.stepMemory!(load) };
  };
  const pass = passes.find((cut) => planOf(cut).memory.pass <= request.bytes) ?? passes.at(-1)!;
  const rollouts = halves(most.rolloutPrompts);
  const rolloutPrompts =
    rollouts.find((count) => planOf({ ...pass, rolloutPrompts: count }).memory.rollout <= request.bytes) ?? 1;
  const cut = { ...pass, rolloutPrompts };
  return { cut, plan: planOf(cut) };
}
