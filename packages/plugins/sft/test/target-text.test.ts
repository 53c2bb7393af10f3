import { expect } from "chai";
import { targetText } from "../src/target-text.js";
import { toySample } from "../../grpo/test/support/toy-run.js";

describe("target text", () => {
  const plain = toySample("s", "q", { answer: "No." });
  const explained = { ...plain, reasoning: "Clear lungs." };

  it("is the full format with an explanation and the answer block without", () => {
    expect(targetText(explained, "auto")).to.equal("<think> Clear lungs. </think> <answer> No. </answer>");
    expect(targetText(plain, "auto")).to.equal("<answer> No. </answer>");
  });

  it("is the answer block alone when asked for", () => {
    expect(targetText(explained, "answer")).to.equal("<answer> No. </answer>");
  });

  it("is the sample's own target as it stands where there is one", () => {
    const exact = { ...explained, meta: { target: " as it stands" } };

    expect(targetText(exact, "auto")).to.equal(" as it stands");
    expect(targetText(exact, "answer")).to.equal(" as it stands");
  });
});
