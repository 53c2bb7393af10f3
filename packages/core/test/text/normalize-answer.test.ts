import { expect } from "chai";
import { normalizeAnswer } from "../../src/text/normalize-answer.js";

describe("normalizeAnswer", () => {
  const cases: readonly [string, string, string][] = [
    ["case and the final stop", "Yes.", "yes"],
    ["articles", "the left lung of a patient", "left lung of patient"],
    ["number words", "Two nodules, ten ribs, zero masses", "2 nodules 10 ribs 0 masses"],
    ["number words only as whole words", "someone often alone", "someone often alone"],
    ["hyphens and slashes", "Chest X-ray/CT", "chest x ray ct"],
    ["decimal points", "2.5 cm.", "2.5 cm"],
    ["a bare decimal", ".5", ".5"],
    ["thousands", "1,000,000", "1000000"],
    ["a list of digits, which is no number", "1,2", "1 2"],
    ["abbreviations", "e.g. the U.S.", "eg us"],
    ["contractions without the apostrophe", "It isnt, they dont", "it isn't they don't"],
    ["curly apostrophes", "Crohn’s isn’t", "crohn's isn't"],
    ["quotes", "'left' \"lung\"", "left lung"],
    ["white space runs", "  left \n\t lung\u00a0 ", "left lung"],
    ["full-width forms", "ＹＥＳ，５％。", "yes 5%"],
    ["Chinese punctuation", "左肺，清晰。", "左肺 清晰"],
    ["ligatures and superscripts", "ﬁbrosis 3 cm²", "fibrosis 3 cm2"],
    ["none, which stays a word", "None", "none"],
    ["accents, which stay", "Ménière", "ménière"],
  ];
  for (const [name, text, expected] of cases) {
    it(`handles ${name}`, () => {
      expect(normalizeAnswer(text)).to.equal(expected);
    });
  }

  it("does not turn a text of articles or punctuation into the empty answer", () => {
    expect(normalizeAnswer("A")).to.equal("a");
    expect(normalizeAnswer(" The ")).to.equal("the");
    expect(normalizeAnswer("+")).to.equal("+");
    expect(normalizeAnswer("")).to.equal("");
    expect(normalizeAnswer(" \n")).to.equal("");
  });

  it("does not let prototype names through its tables", () => {
    expect(normalizeAnswer("constructor toString __proto__")).to.equal("constructor tostring proto");
  });

  it("changes nothing the second time", () => {
    for (const [, text] of cases)
      expect(normalizeAnswer(normalizeAnswer(text)), text).to.equal(normalizeAnswer(text));
  });

  it("handles 200 kB of punctuation", () => {
    expect(normalizeAnswer(`${"'.,-".repeat(50_000)}x`)).to.equal("x");
    expect(normalizeAnswer(`${"1,".repeat(100_000)}x`).length).to.equal(200_001);
  });
});
