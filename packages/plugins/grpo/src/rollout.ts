import {
  parseCompletion,
  rarlError,
  type Prompt,
  type Sample,
  type SamplingOptions,
  type StepContext,
} from "@rarl-sdk/core";
import type { RolloutGroup } from "./rollout-group.js";

/** A prompt and its completions, not yet scored. */
export type SampledGroup = Omit<RolloutGroup, "scores" | "rewards">;

/** Prompts and completions of some samples, all in one rollout. */
export async function sampleGroups(
  samples: readonly Sample[],
  context: StepContext,
  sampling: SamplingOptions,
  purpose: string,
): Promise<SampledGroup[]> {
  const { backbone, signal } = context;
  const prompts: Prompt[] = [];
  for (const sample of samples) prompts.push(await context.prompt(sample));
  const encoded = await backbone.encode(prompts, signal);
  const sampled = await context.hooks.rollout.promise({
    prompts: encoded,
    sampling,
    random: context.random(purpose),
    signal,
  });
  if (sampled === undefined) throw rarlError("INTERNAL", { message: "no tap of the rollout hook answered" });
  signal.throwIfAborted();
  return samples.map((sample, group) => ({
    sample,
    prompt: prompts[group]!,
    encoded: encoded[group]!,
    completions: sampled[group]!,
  }));
}

/**
 * Scores groups together.
 * @param penalty added to every completion's reward by its tokens, and shown among the scores; null without one
 */
export async function scoreGroups(
  groups: readonly SampledGroup[],
  context: StepContext,
  penalty: ((tokens: number) => number) | null,
): Promise<RolloutGroup[]> {
  const items = groups.flatMap(({ sample, prompt, completions }) =>
    completions.map((completion) => ({
      sample,
      prompt,
      completion,
      parsed: parseCompletion(completion.text),
    })),
  );
  const table = await context.score(items);
  context.signal.throwIfAborted();
  let first = 0;
  return groups.map((group) => {
    const start = first;
    first += group.completions.length;
    const penalties = group.completions.map(({ tokenIds }) => penalty?.(tokenIds.length) ?? 0);
    return {
      ...group,
      scores: group.completions.map((_, index) => ({
        ...Object.fromEntries(
          [...table.columns].map(([name, column]) => [name, column[start + index] ?? null]),
        ),
        ...(penalty !== null && { overlong: penalties[index]! }),
      })),
      rewards: group.completions.map((_, index) => table.totals[start + index]! + penalties[index]!),
    };
  });
}
