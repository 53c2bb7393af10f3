import { isFlat } from "./advantages.js";
import type { RolloutGroup } from "./rollout-group.js";
import { truncatedShare } from "./rollout-metrics.js";

/** What about a rollout a user should know at once. */
export function rolloutWarnings(groups: readonly RolloutGroup[], maxNewTokens: number): string[] {
  const warnings: string[] = [];
  const truncated = truncatedShare(groups);
  if (truncated > 0.5) {
    warnings.push(
      `${(100 * truncated).toFixed(0)} % of the completions were cut at maxNewTokens (${maxNewTokens}); raise it, or ` +
        "shorten the completions by algorithm.overlong",
    );
  }
  if (groups.every((group) => isFlat(group.rewards)))
    warnings.push("no group's rewards vary, so there is nothing to learn from in this step");
  return warnings;
}
