import {
  parseCompletion,
  type Completion,
  type CompletionRecord,
  type EncodedPrompt,
  type Prompt,
  type Sample,
} from "@rarl-sdk/core";

/** One prompt, its completions and what they earned. */
export interface RolloutGroup {
  readonly sample: Sample;
  readonly prompt: Prompt;
  readonly encoded: EncodedPrompt;
  readonly completions: readonly Completion[];
  /** Scores by reward name, null = not applicable, `[completions]`. */
  readonly scores: readonly Readonly<Record<string, number | null>>[];
  /** Weighted sums, penalties included, `[completions]`. */
  readonly rewards: readonly number[];
}

/** The lines of `completions.jsonl` for one group. */
export function completionRecords(group: RolloutGroup, advantages: readonly number[]): CompletionRecord[] {
  return group.completions.map((completion, index) => {
    const { think, answer } = parseCompletion(completion.text);
    return {
      sampleId: group.sample.id,
      style: group.prompt.style,
      prompt: group.prompt.text,
      completion: completion.text,
      think,
      answer,
      reference: group.sample.answer,
      finishReason: completion.finishReason,
      rewards: group.scores[index]!,
      reward: group.rewards[index]!,
      advantage: advantages[index]!,
    };
  });
}
