import { expect } from "chai";
import { ReasoningReward, TokenF1 } from "../src/index.js";
import { completion, rewardItem, running } from "./support/reward-item.js";

describe("the reasoning reward", () => {
  const reward = new ReasoningReward(new TokenF1());
  const annotated = { reasoning: "left lung clear" };

  it("does not apply without an annotation, whatever the completion", async () => {
    const items = [completion("yes"), "", "<think>"].map((text) => rewardItem(text));
    expect(await reward.score(items, running)).to.deep.equal([null, null, null]);
  });

  it("compares the think block with the annotation and nothing else", async () => {
    const items = [
      rewardItem(completion("yes", "Left lung: clear."), annotated),
      rewardItem(completion("left lung clear", "right rib broken"), annotated),
      rewardItem(completion("yes"), {}),
      rewardItem(completion("yes", "left lung opaque"), annotated),
    ];
    const scores = await reward.score(items, running);
    expect(scores.slice(0, 3)).to.deep.equal([1, 0, null]);
    expect(scores[3]).to.be.closeTo(2 / 3, 1e-12);
  });

  it("gives 0 without exactly one think block, an empty one, or one in look-alike tags", async () => {
    const texts = [
      "left lung clear",
      "<think>left lung clear</think><think>left lung clear</think>",
      "<think><think>left lung clear</think></think>",
      "<think> </think> left lung clear",
      "<THINK>left lung clear</THINK>",
      "",
    ];
    expect(
      await reward.score(
        texts.map((text) => rewardItem(text, annotated)),
        running,
      ),
    ).to.deep.equal(texts.map(() => 0));
  });

  it("pays less for the annotation repeated", async () => {
    const padded = rewardItem(completion("yes", "left lung clear ".repeat(10)), annotated);
    const [score] = await reward.score([padded], running);
    expect(score).to.be.closeTo(6 / 33, 1e-12);
  });
});
