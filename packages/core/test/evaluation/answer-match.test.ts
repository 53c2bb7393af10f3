import { expect } from "chai";
import { answerMatches } from "@rarl-sdk/core";
import { untaggedAnswer } from "../../src/evaluation/untagged-answer.js";

describe("matching an answer", () => {
  it("ignores case, punctuation, articles and the spelling of small numbers", () => {
    for (const [answer, reference] of [
      ["Yes.", "yes"],
      ["the Left Lung", "left lung"],
      ["Two", "2"],
      ["X-ray", "x ray"],
    ] as const) {
      expect(answerMatches(answer, { answer: reference }), answer).to.be.true;
    }
  });

  it("takes the whole answer, never a part of it", () => {
    for (const [answer, reference] of [
      ["normal", "no"],
      ["yes no", "yes"],
      ["yes or no", "no"],
      ["it is yes", "yes"],
      ["", "yes"],
      ["...", "yes"],
      [" ", " "],
    ] as const) {
      expect(answerMatches(answer, { answer: reference }), answer).to.be.false;
    }
  });

  it("does not take what names no single option", () => {
    const choices = ["<5 mm", ">5 mm"];
    expect(answerMatches("5 mm", { answer: "<5 mm", choices })).to.be.false;
    expect(answerMatches("<5 mm", { answer: "<5 mm", choices })).to.be.true;
  });

  it("takes a choice's letter for its text, and neither for another's", () => {
    const choices = ["left", "right", "both"];
    for (const answer of ["(B)", "B", "b.", "Right", "(B) right"]) {
      expect(answerMatches(answer, { answer: "right", choices }), answer).to.be.true;
      expect(answerMatches(answer, { answer: "(B)", choices }), answer).to.be.true;
    }
    for (const answer of ["(A)", "left", "(B) left", "left right both", "D", "because"]) {
      expect(answerMatches(answer, { answer: "right", choices }), answer).to.be.false;
    }
  });
});

describe("the text outside the tags", () => {
  it("is what is left without the think block and stray answer tags", () => {
    expect(untaggedAnswer("right")).to.equal("right");
    expect(untaggedAnswer("<think> left is clear </think> right")).to.equal("right");
    expect(untaggedAnswer("<answer> right")).to.equal("right");
    expect(untaggedAnswer("left </think> right")).to.equal("left   right");
  });

  it("is empty behind a think block that is never closed", () => {
    expect(untaggedAnswer("<think> right")).to.equal("");
    expect(untaggedAnswer("yes <think> no")).to.equal("yes");
  });

  it("takes linear time over a hundred thousand open tags", () => {
    expect(untaggedAnswer("<think>".repeat(100_000))).to.equal("");
    expect(untaggedAnswer("<think></think>".repeat(50_000))).to.equal("");
  });
});
