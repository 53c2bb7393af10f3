import { expect } from "chai";
import { completionWeights, type CountedCompletion } from "../src/completion-weights.js";
import type { LossType } from "../src/options.js";

const step: CountedCompletion[] = [
  { tokens: 4, microStep: 0, counts: true },
  { tokens: 2, microStep: 0, counts: true },
  { tokens: 8, microStep: 1, counts: false },
  { tokens: 5, microStep: 1, counts: true },
];

describe("completion weights", () => {
  const expected: [LossType, number[]][] = [
    ["grpo", [1 / 12, 1 / 6, 0, 1 / 15]],
    ["bnpo", [1 / 12, 1 / 12, 0, 1 / 10]],
    ["dr_grpo", [1 / 30, 1 / 30, 0, 1 / 30]],
    ["dapo", [1 / 11, 1 / 11, 0, 1 / 11]],
  ];
  for (const [lossType, weights] of expected)
    it(`average as ${lossType} says, over the completions that count`, () => {
      completionWeights(lossType, step, 10).forEach((weight, index) => {
        expect(weight).to.be.closeTo(weights[index]!, 1e-15);
      });
    });

  it("are all zero when nothing counts", () => {
    const masked = step.map((completion) => ({ ...completion, counts: false }));

    for (const [lossType] of expected)
      expect(completionWeights(lossType, masked, 10)).to.deep.equal([0, 0, 0, 0]);
  });
});
