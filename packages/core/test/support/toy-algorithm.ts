import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  inject,
  injectable,
  parseCompletion,
  tokens,
  type AdvantageBatch,
  type Algorithm,
  type Prompt,
  type RewardItem,
  type Sample,
  type StepContext,
  type StepReport,
} from "@rarl-sdk/core";
import { z } from "zod";
import { asToy } from "./toy-backbone.js";

export const reinforceOptions = z.strictObject({
  groupSize: z.int().default(4),
  samplesPerStep: z.int().default(2),
  /** Draw a further sample in every step, as dynamic sampling does. */
  moreSamples: z.boolean().default(false),
});

/** REINFORCE with a moving baseline, which is state that a checkpoint must hold. */
@injectable()
export class Reinforce implements Algorithm {
  readonly samplesPerStep: number;
  private baseline = 0;

  constructor(@inject(tokens.options) private readonly options: z.output<typeof reinforceOptions>) {
    this.samplesPerStep = options.samplesPerStep;
  }

  advantages(batch: AdvantageBatch): AdvantageBatch {
    return { ...batch, advantages: batch.rewards.map((reward) => reward - this.baseline) };
  }

  async step(given: readonly Sample[], context: StepContext): Promise<StepReport> {
    const { backbone, hooks, signal } = context;
    const samples = this.options.moreSamples ? [...given, ...(await context.moreSamples(1))] : given;
    const prompts: Prompt[] = [];
    for (const sample of samples) prompts.push(await context.prompt(sample));
    const encoded = await backbone.encode(prompts, signal);
    const sampling = { completions: this.options.groupSize, maxNewTokens: 8, temperature: 1 };
    const random = context.random("rollout");
    const groups = (await hooks.rollout.promise({ prompts: encoded, sampling, random, signal }))!;
    signal.throwIfAborted();
    const items = samples.flatMap((sample, index): RewardItem[] =>
      groups[index]!.map((completion) => ({
        sample,
        prompt: prompts[index]!,
        completion,
        parsed: parseCompletion(completion.text),
      })),
    );
    const { columns, totals } = await context.score(items);
    const groupSizes = groups.map((group) => group.length);
    const batch = await hooks.advantages.promise({ rewards: totals, groupSizes, samples, advantages: null });
    const advantages = batch.advantages!;
    // d/dlogits of −Σ advantage · log-prob / completions.
    const weights = groups
      .flat()
      .flatMap(({ tokenIds }, index) => tokenIds.map(() => -advantages[index]! / items.length));
    const packed = encoded.map((prompt, index) => ({
      prompt,
      completions: groups[index]!.map(({ tokenIds }) => tokenIds),
    }));
    const { logProbs } = backbone.logProbs(packed);
    const loss = Array.from(await logProbs.data()).reduce(
      (sum, logProb, index) => sum + logProb * weights[index]!,
      0,
    );
    logProbs.dispose();
    await context.update([asToy(backbone).weightedGradient(packed, weights)]);
    const reward = totals.reduce((sum, total) => sum + total, 0) / totals.length;
    this.baseline = 0.9 * this.baseline + 0.1 * reward;
    return {
      metrics: { reward, loss },
      warnings: [],
      completions: items.map(({ sample, prompt, completion, parsed }, index) => ({
        sampleId: sample.id,
        style: prompt.style,
        prompt: prompt.text,
        completion: completion.text,
        think: parsed.think,
        answer: parsed.answer,
        reference: sample.answer,
        finishReason: completion.finishReason,
        rewards: Object.fromEntries([...columns].map(([label, column]) => [label, column[index]!])),
        reward: totals[index]!,
        advantage: advantages[index]!,
      })),
    };
  }

  async save(directory: string): Promise<void> {
    await writeFile(join(directory, "baseline.json"), JSON.stringify(this.baseline));
  }

  async load(directory: string): Promise<void> {
    this.baseline = JSON.parse(await readFile(join(directory, "baseline.json"), "utf8")) as number;
  }
}
