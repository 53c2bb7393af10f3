// The control of the quickstart: rewards that have nothing to do with the completion. Training on them must not help.
import { definePlugin, randomStream } from "@rarl-sdk/core";

class RandomReward {
  #random = randomStream(20261123);

  score(items) {
    return items.map(() => this.#random.uniform());
  }
}

export default definePlugin({
  name: "random-reward",
  apiVersion: "1.0",
  apply(context) {
    context.rewards.addFactory("random", () => new RandomReward(), {
      description: "uniform in [0, 1), whatever the completion",
    });
  },
});
