import { sameAnswer } from "@rarl-sdk/core";
import { expect } from "chai";

describe("sameAnswer", () => {
  for (const [a, b] of [
    ["HER2+", "HER2-"],
    ["-5", "5"],
    ["-.5", ".5"],
    ["<5 mm", ">5 mm"],
    ["<5 mm", "<=5 mm"],
    ["Babinski +", "Babinski -"],
    ["Babinski +", "Babinski"],
    ["", ""],
    ["no", "normal"],
  ] as const) {
    it(`parts ${JSON.stringify(a)} from ${JSON.stringify(b)}`, () => {
      expect(sameAnswer(a, b)).to.equal(false);
      expect(sameAnswer(b, a)).to.equal(false);
    });
  }

  for (const [a, b] of [
    ["The X-ray.", "x ray"],
    ["follow-up", "follow up"],
    ["3-5 mm", "3 - 5 mm"],
    ["left-sided", "left sided"],
    ["≤ 5 mm", "<=5 mm"],
    ["−5", "-5"],
    ["Two", "2"],
    ["HER2+.", "her2+"],
    ["- yes", "yes"],
  ] as const) {
    it(`takes ${JSON.stringify(a)} for ${JSON.stringify(b)}`, () => {
      expect(sameAnswer(a, b)).to.equal(true);
    });
  }
});
