import { expect } from "chai";
import { didYouMean } from "@rarl-sdk/core";
import { editDistance } from "../../src/errors/did-you-mean.js";

describe("didYouMean", () => {
  const known = ["weight", "label", "name", "learningRate", "maxGradNorm"];
  const cases: [given: string, meant: string | null][] = [
    ["wieght", "weight"],
    ["weights", "weight"],
    ["learning_rate", "learningRate"],
    ["max-grad-norm", "maxGradNorm"],
    ["LABEL", "label"],
    ["nmae", "name"],
    ["temperature", null],
    ["x", null],
    ["", null],
    ["w".repeat(5_000), null],
  ];
  for (const [given, meant] of cases) {
    it(`takes ${given.slice(0, 20) || "nothing"} for ${meant ?? "nothing known"}`, () => {
      expect(didYouMean(given, known)).to.equal(meant);
    });
  }

  it("takes the nearest of several, the first of equals", () => {
    expect(didYouMean("tran", ["trace", "train", "brain"])).to.equal("train");
    expect(didYouMean("bat", ["cat", "rat"])).to.equal("cat");
  });

  it("counts inserted, deleted, replaced and swapped letters", () => {
    expect(editDistance("", "abc")).to.equal(3);
    expect(editDistance("kitten", "sitting")).to.equal(3);
    expect(editDistance("ab", "ba")).to.equal(1);
    expect(editDistance("same", "same")).to.equal(0);
  });
});
