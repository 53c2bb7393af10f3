import { rewardConformance, textSimilarityConformance } from "@rarl-sdk/core/testing";
import type { Judge, TextSimilarity } from "@rarl-sdk/core";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { rewardKernel } from "./support/components.js";
import { completion, rewardItem, running } from "./support/reward-item.js";

/** Finds every reasoning good, and stops when told to. */
const contentJudge: Judge = {
  name: "content",
  grade: (items, signal) => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return Promise.resolve(
      items.map(
        () => ({ state: "valid", reasoningScore: 1, predictionScore: 1, justification: "" }) as const,
      ),
    );
  },
};

describe("plugin rarl-rewards", () => {
  const rewards: readonly [string, object?][] = [
    ["format"],
    ["length"],
    ["length", { repeatWindow: 4 }],
    ["accuracy"],
    ["accuracy", { similarity: { name: "rouge-l" }, closedMatch: "first-clause" }],
    ["reasoning"],
    ["reasoning", { similarity: { name: "bleu", maxOrder: 1 } }],
    ["reasoning", { judge: { name: "test-judge" } }],
    ["soft-overlong"],
    ["repetition"],
  ];
  for (const [name, options] of rewards) {
    describe(`reward ${name} ${options === undefined ? "" : JSON.stringify(options)}`, () => {
      for (const check of rewardConformance(async () =>
        (await rewardKernel({ judge: contentJudge })).create("rewards", name, options),
      )) {
        it(check.name, () => check.run());
      }
    });
  }

  for (const name of ["token-f1", "rouge-l", "bleu"]) {
    describe(`text similarity ${name}`, () => {
      for (const check of textSimilarityConformance(async () =>
        (await rewardKernel()).create("similarities", name),
      )) {
        it(check.name, () => check.run());
      }
    });
  }

  it("provides what its package.json announces", async () => {
    const file = new URL("../package.json", import.meta.url);
    const { rarl } = JSON.parse(await readFile(file, "utf8")) as {
      rarl: { provides: Record<"rewards" | "similarities", string[]> };
    };
    const kernel = await rewardKernel();
    for (const kind of ["rewards", "similarities"] as const)
      expect(kernel.components(kind).map(({ name }) => name)).to.deep.equal(rarl.provides[kind]);
  });

  it("injects the run's text similarity and the parsed options", async () => {
    const kernel = await rewardKernel();
    const item = rewardItem(completion("left lung"), { kind: "open", answer: "left upper lung" });
    const score = async (options: object) =>
      kernel.create("rewards", "accuracy", options).score([item], running);
    expect(await score({})).to.deep.equal([0.8]);
    expect(await score({ openMeasure: "exact" })).to.deep.equal([0]);
  });

  it("gives a reward the similarity of its own options in place of the run's", async () => {
    const never: TextSimilarity = {
      name: "never",
      similarity: () => Promise.reject(new Error("the run's similarity was asked")),
    };
    const kernel = await rewardKernel({ textSimilarity: never });
    const sample = { kind: "open", answer: "left upper lung", reasoning: "the heart is large" } as const;
    const item = rewardItem(completion("lung left", "large the heart is"), sample);
    const score = async (name: string) =>
      kernel
        .create("rewards", name, { similarity: { name: "rouge-l", measure: "recall" } })
        .score([item], running);
    expect(await score("accuracy")).to.deep.equal([1 / 3]);
    expect(await score("reasoning")).to.deep.equal([3 / 4]);
  });

  it("has misspelt options refused, also those of a chosen component", async () => {
    const kernel = await rewardKernel();
    expect(() => kernel.create("rewards", "length", { pertoken: 1 }))
      .to.throw()
      .with.property("code", "COMPONENT_OPTIONS");
    expect(() => kernel.create("rewards", "reasoning", { similarity: { name: "rouge-l", mesure: "f1" } }))
      .to.throw()
      .with.property("code", "COMPONENT_OPTIONS");
    expect(() => kernel.create("rewards", "reasoning", { similarity: { name: "rouge" } }))
      .to.throw()
      .with.property("code", "COMPONENT_UNKNOWN");
  });

  it("has a reasoning reward by both a similarity and a judge refused", async () => {
    const kernel = await rewardKernel({ judge: contentJudge });
    const options = { similarity: { name: "rouge-l" }, judge: { name: "test-judge" } };
    expect(() => kernel.create("rewards", "reasoning", options))
      .to.throw("not by both")
      .with.property("code", "COMPONENT_OPTIONS");
  });
});
