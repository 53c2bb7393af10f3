import {
  definePlugin,
  inject,
  injectable,
  tokens,
  type Reward,
  type RewardItem,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { z } from "zod";

export const overlapOptions = z.strictObject({
  floor: z.number().min(0).max(1).default(0).describe("Lowest score"),
});

/** A reward as a plugin would write it: options and the text similarity come from the container. */
@injectable()
export class OverlapReward implements Reward {
  constructor(
    @inject(tokens.options) readonly options: z.output<typeof overlapOptions>,
    @inject(tokens.textSimilarity) private readonly similarity: TextSimilarity,
  ) {}

  async score(items: readonly RewardItem[], signal: AbortSignal): Promise<readonly number[]> {
    const pairs = items.map(({ sample, parsed }) => ({
      candidate: parsed.answer ?? "",
      reference: sample.answer,
    }));
    const scores = await this.similarity.similarity(pairs, signal);
    return scores.map((score) => Math.max(score, this.options.floor));
  }
}

export const sameText: TextSimilarity = {
  name: "same-text",
  similarity: (pairs) =>
    Promise.resolve(pairs.map(({ candidate, reference }) => (candidate === reference ? 1 : 0))),
};

function unused(): never {
  throw new Error("this part is only named, never made");
}

/** One component a kind, so that a configuration can be complete. */
export const partsPlugin = definePlugin({
  name: "parts",
  apiVersion: "1.0",
  apply({
    backbones,
    adapters,
    algorithms,
    optimizers,
    rewards,
    similarities,
    promptSets,
    dataSources,
    trackers,
  }) {
    backbones.addFactory("tiny", unused, {
      description: "tiny model",
      options: z.strictObject({ path: z.string().describe("Folder of the checkpoint") }),
    });
    adapters.addFactory("lora", unused, {
      description: "low-rank adapter",
      options: z.strictObject({
        rank: z.int().min(1).default(8),
        targets: z.array(z.string()).default(["q_proj"]),
      }),
    });
    algorithms.addFactory("grpo", unused, {
      description: "group-relative policy optimisation",
      options: z.strictObject({ groupSize: z.int().default(8) }),
    });
    optimizers.addFactory("adamw", unused, {
      description: "AdamW",
      options: z.strictObject({ weightDecay: z.number().default(0) }),
    });
    rewards.add("overlap", OverlapReward, {
      description: "answer against reference",
      options: overlapOptions,
    });
    rewards.addFactory(
      "length",
      () => ({ score: (items) => items.map(({ completion }) => completion.tokenIds.length) }),
      {
        description: "number of tokens",
      },
    );
    similarities.addFactory("token-f1", () => sameText, { description: "equality, for tests" });
    promptSets.addFactory("diverse", unused, { description: "prompts" });
    dataSources.addFactory("jsonl", unused, {
      description: "native records",
      options: z.strictObject({ path: z.string() }),
    });
    trackers.addFactory("jsonl", unused, { description: "files" });
    trackers.addFactory("board", unused, { description: "pictures" });
  },
});
