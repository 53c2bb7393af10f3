// Puts our side of the benchmark on a run's hooks: the reward, the tokens that are never sampled, and the step-by-step
// talk with the process that measures (`process.send`).
import { definePlugin } from "@rarl-sdk/core";

const name = "bench-grpo-step";

/** Waits for the word to go on. */
function told() {
  return new Promise((resolve) => {
    process.once("message", resolve);
  });
}

/** The same on the peer's side; never the same for all completions of a group. */
function tokenSum(tokenIds) {
  return (tokenIds.reduce((sum, id) => sum + id, 0) % 1000) / 1000;
}

export default definePlugin({
  name,
  apiVersion: "1.0",
  apply({ hooks, rewards }) {
    const reward = { score: (items) => items.map(({ completion }) => tokenSum(completion.tokenIds)) };
    rewards.addFactory("token-sum", () => reward, { description: "a share of the sum of token ids" });
    let backbone = null;
    let tokens = null;
    hooks.adapt.tap({ name, stage: 1000 }, (adapted) => {
      ({ backbone } = adapted);
      return adapted;
    });
    hooks.rollout.tapPromise(name, async ({ prompts, sampling, random, signal }) => {
      // No end token: every completion has its full length, as on the peer's side.
      const bannedIds = [...(sampling.bannedIds ?? []), ...backbone.endTokenIds];
      const completions = await backbone.sample(prompts, { ...sampling, bannedIds }, random, signal);
      tokens = {
        prompt: prompts[0].tokenIds.length,
        completion: completions.flat().map(({ tokenIds }) => tokenIds.length),
      };
      return completions;
    });
    hooks.started.tapPromise({ name, stage: 1000 }, async () => {
      process.send({ kind: "ready" });
      await told();
    });
    hooks.step.tapPromise({ name, stage: 1000 }, async ({ step, totalSteps, seconds, report }) => {
      const { metrics } = report;
      process.send({ kind: "step", step, seconds, tokens, metrics });
      if (step < totalSteps) await told();
    });
    hooks.finished.tapPromise({ name, stage: 1000 }, () => {
      const peakBytes = process.resourceUsage().maxRSS * 1024;
      process.send({ kind: "finished", peakBytes, versions: { node: process.version } });
      process.disconnect();
      return Promise.resolve();
    });
  },
});
