import type { LossType } from "./options.js";

/** One completion of the step as the averaging of the loss sees it. */
export interface CountedCompletion {
  readonly tokens: number;
  /** Micro-step it belongs to, from 0. */
  readonly microStep: number;
  /** False for a truncated completion that is masked: no weight, and no part in any denominator. */
  readonly counts: boolean;
}

/**
 * What every token of each completion weighs in the step's loss, so that the loss is a plain weighted sum over
 * tokens and may be cut into forward passes anywhere. Completions that count but are skipped (groups without
 * reward variance) keep their part in the denominators.
 *
 * | lossType | weight of a token |
 * |---|---|
 * | grpo | 1 / (completions · its completion's tokens) |
 * | bnpo | 1 / (micro-steps · tokens of its micro-step) |
 * | dr_grpo | 1 / (completions · maxNewTokens) |
 * | dapo | 1 / tokens of the step |
 *
 * @returns `[completions]`
 */
export function completionWeights(
  lossType: LossType,
  completions: readonly CountedCompletion[],
  maxNewTokens: number,
): number[] {
  const counted = completions.filter(({ counts }) => counts);
  const tokensOfMicroStep: number[] = [];
  for (const { microStep, tokens } of counted)
    tokensOfMicroStep[microStep] = (tokensOfMicroStep[microStep] ?? 0) + tokens;
  const microSteps = 1 + Math.max(0, ...completions.map(({ microStep }) => microStep));
  const tokensOfStep = counted.reduce((total, { tokens }) => total + tokens, 0);

  return completions.map(({ counts, tokens, microStep }) => {
    if (!counts) return 0;
    switch (lossType) {
      case "grpo":
        return 1 / (counted.length * tokens);
      case "bnpo":
        return 1 / (microSteps * tokensOfMicroStep[microStep]!);
      case "dr_grpo":
        return 1 / (counted.length * maxNewTokens);
      case "dapo":
        return 1 / tokensOfStep;
    }
  });
}
