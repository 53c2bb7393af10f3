import { readFileSync } from "node:fs";
import type { FinishReason, Reward, RewardItem, Sample } from "@rarl-sdk/core";
import { testRewardItem, testSample, withoutReasoning } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { rewardKernel } from "./support/components.js";
import { running } from "./support/reward-item.js";

/** A score as written in the table: a number, a fraction such as `8/12`, or null where the reward does not apply. */
type Score = number | string | null;

interface ReviewedOutput {
  readonly sample: string;
  readonly output: string;
  /** Number of token ids; one a word when absent. */
  readonly tokens?: number;
  /** How many different ids these run through; all different when absent. */
  readonly cycle?: number;
  readonly finish?: FinishReason;
  readonly format: Score;
  readonly accuracy: Score;
  readonly reasoning: Score;
  readonly length?: Score;
  readonly softOverlong?: Score;
  readonly repetition?: Score;
  readonly why: string;
}

interface Table {
  readonly samples: Readonly<Record<string, Partial<Sample>>>;
  readonly outputs: readonly ReviewedOutput[];
}

const table = JSON.parse(
  readFileSync(new URL("fixtures/reviewed-outputs.json", import.meta.url), "utf8"),
) as Table;

/** Columns of the table and the rewards that they are of, with default options. */
const columns = {
  format: "format",
  accuracy: "accuracy",
  reasoning: "reasoning",
  length: "length",
  softOverlong: "soft-overlong",
  repetition: "repetition",
} as const;

function valueOf(score: Score): number | null {
  if (typeof score !== "string") return score;
  const [numerator, denominator] = score.split("/").map(Number) as [number, number];
  return numerator / denominator;
}

function itemOf({ sample, output, tokens, cycle, finish = "stop" }: ReviewedOutput): RewardItem {
  const ids =
    tokens === undefined
      ? {}
      : { tokenIds: Array.from({ length: tokens }, (_, at) => at % (cycle ?? tokens)) };
  return testRewardItem({
    sample: { ...withoutReasoning(testSample()), ...table.samples[sample]! },
    text: output,
    finishReason: finish,
    ...ids,
  });
}

describe("the outputs reviewed by hand", () => {
  const rewards = new Map<string, Reward>();
  before(async () => {
    const kernel = await rewardKernel();
    for (const name of Object.values(columns)) rewards.set(name, kernel.create("rewards", name));
  });

  it("are many and of all kinds", () => {
    expect(table.outputs.length).to.be.at.least(60);
    expect(new Set(table.outputs.map(({ sample }) => sample))).to.deep.equal(
      new Set(Object.keys(table.samples)),
    );
  });

  for (const [index, row] of table.outputs.entries()) {
    it(`${index + 1}: ${row.sample}, ${row.why}: ${JSON.stringify(row.output).slice(0, 90)}`, async () => {
      for (const [column, name] of Object.entries(columns)) {
        const written = row[column as keyof typeof columns];
        if (written === undefined) continue;
        const [found] = await rewards.get(name)!.score([itemOf(row)], running);
        const expected = valueOf(written);
        if (expected === null) expect(found, name).to.equal(null);
        else expect(found, name).to.be.closeTo(expected, 1e-12);
      }
    });
  }
});
