import { expect } from "chai";
import {
  RepetitionReward,
  repetitionRewardOptions,
  SoftOverlongReward,
  softOverlongRewardOptions,
} from "../src/index.js";
import { testRewardItem } from "@rarl-sdk/core/testing";
import { reference } from "./support/reference.js";
import { rewardItem } from "./support/reward-item.js";

const itemOf = (tokenIds: readonly number[]) => rewardItem("text", {}, tokenIds);
const ofLength = (length: number) => itemOf(Array.from({ length }, () => 0));

describe("the repetition reward", () => {
  for (const { scores, ...options } of reference.repetition) {
    it(`is TRL's with ${JSON.stringify(options)}`, () => {
      const reward = new RepetitionReward(repetitionRewardOptions.parse(options));
      const found = reward.score(reference.sequences.map(itemOf));
      for (const [index, score] of scores.entries()) expect(found[index]).to.be.closeTo(score, 1e-12);
    });
  }

  it("tells 1 12 from 11 2, and is never −0", () => {
    const reward = new RepetitionReward(repetitionRewardOptions.parse({ ngramSize: 2 }));
    expect(reward.score([itemOf([1, 12, 5, 11, 2])])).to.deep.equal([0]);
    expect(Object.is(reward.score([itemOf([1, 2, 3])])[0], 0)).to.equal(true);
  });

  it("refuses a penalty that would reward", () => {
    expect(repetitionRewardOptions.safeParse({ maxPenalty: 1 }).success).to.equal(false);
  });
});

describe("the soft-overlong reward", () => {
  for (const { scores, ...options } of reference.softOverlong) {
    it(`is TRL's with ${JSON.stringify(options)}`, () => {
      const reward = new SoftOverlongReward(softOverlongRewardOptions.parse(options));
      expect(reward.score(reference.lengths.map(ofLength))).to.deep.equal(scores);
    });
  }

  it("punishes a completion that was cut off whatever its length", () => {
    const reward = new SoftOverlongReward(softOverlongRewardOptions.parse({ maxTokens: 512 }));
    const items = (["length", "stop", "aborted"] as const).map((finishReason) =>
      testRewardItem({ text: "a b", finishReason }),
    );
    expect(reward.score(items)).to.deep.equal([-1, 0, 0]);
  });
});
