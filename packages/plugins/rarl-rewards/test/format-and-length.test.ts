import { expect } from "chai";
import { FormatReward, LengthReward, lengthRewardOptions } from "../src/index.js";
import { rewardItem } from "./support/reward-item.js";

describe("the format reward", () => {
  it("gives 1, 0.1 and 0, in the order of the items", () => {
    const items = ["yes", "<think>a</think><answer>b</answer>", "<answer>b</answer>", ""].map((text) =>
      rewardItem(text),
    );
    expect(new FormatReward().score(items)).to.deep.equal([0, 1, 0.1, 0]);
  });

  it("does not take tags of look-alike letters", () => {
    expect(
      new FormatReward().score([rewardItem("＜think＞a＜/think＞＜answer＞b＜/answer＞")]),
    ).to.deep.equal([0]);
  });
});

describe("the length reward", () => {
  const withOptions = (options: object): LengthReward => new LengthReward(lengthRewardOptions.parse(options));
  const tokens = (count: number, of = (index: number): number => index): number[] =>
    Array.from({ length: count }, (_, index) => of(index));
  const scores = (reward: LengthReward, ...lists: number[][]): unknown =>
    reward.score(lists.map((tokenIds) => rewardItem("text", {}, tokenIds)));

  it("is 0.001 a token and stops at 1", () => {
    expect(scores(withOptions({}), [], tokens(1), tokens(256), tokens(1000), tokens(5000))).to.deep.equal([
      0, 0.001, 0.256, 1, 1,
    ]);
  });

  it("takes its rate and cap from its options", () => {
    expect(scores(withOptions({ perToken: 0.25, cap: 0.5 }), tokens(1), tokens(9))).to.deep.equal([
      0.25, 0.5,
    ]);
  });

  it("pays for padding by repeats only while repeatWindow is 0", () => {
    const padded = tokens(400, (index) => index % 5);
    expect(scores(withOptions({}), padded)).to.deep.equal([0.4]);
    // 3 tokens before the first run of 4 is whole, then the 5 runs that exist.
    expect(scores(withOptions({ repeatWindow: 4 }), padded, tokens(400), [1, 2])).to.deep.equal([
      0.008, 0.4, 0.002,
    ]);
  });

  it("counts distinct tokens with a window of 1", () => {
    expect(scores(withOptions({ repeatWindow: 1 }), [7, 7, 7, 8])).to.deep.equal([0.002]);
  });

  it("refuses unknown options", () => {
    expect(lengthRewardOptions.safeParse({ pertoken: 1 }).success).to.equal(false);
  });
});
