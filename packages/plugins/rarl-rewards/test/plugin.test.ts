import { tmpdir } from "node:os";
import { createKernel, tokens, type Kernel } from "@rarl-sdk/core";
import { rewardConformance } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { rarlRewardsPlugin } from "../src/index.js";
import { completion, rewardItem, running } from "./support/reward-item.js";

async function kernelWithSimilarity(): Promise<Kernel> {
  const kernel = await createKernel({ builtins: [rarlRewardsPlugin], baseDirectory: tmpdir() });
  const similarity = kernel.create("similarities", "token-f1");
  kernel.container.register(tokens.textSimilarity, { useValue: similarity });
  return kernel;
}

describe("plugin rarl-rewards", () => {
  for (const name of ["format", "length", "accuracy", "reasoning"]) {
    describe(`reward ${name}`, () => {
      for (const check of rewardConformance(async () =>
        (await kernelWithSimilarity()).create("rewards", name),
      )) {
        it(check.name, () => check.run());
      }
    });
  }

  it("injects the run's text similarity and the parsed options", async () => {
    const kernel = await kernelWithSimilarity();
    const item = rewardItem(completion("left lung"), { kind: "open", answer: "left upper lung" });
    const score = async (options: object) =>
      kernel.create("rewards", "accuracy", options).score([item], running);
    expect(await score({})).to.deep.equal([0.8]);
    expect(await score({ openMeasure: "exact" })).to.deep.equal([0]);
  });

  it("has misspelt options refused", async () => {
    const kernel = await kernelWithSimilarity();
    expect(() => kernel.create("rewards", "length", { pertoken: 1 }))
      .to.throw()
      .with.property("code", "COMPONENT_OPTIONS");
  });
});
