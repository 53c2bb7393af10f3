import { expect } from "chai";
import { chosenOption } from "../../src/text/chosen-option.js";

describe("chosenOption", () => {
  const options = ["left lung", "right lung", "both"];

  for (const answer of [
    "B",
    "b",
    "B.",
    "B)",
    "B:",
    "(B)",
    "(b).",
    " (B) ",
    "right lung",
    "The Right Lung.",
    "(B) right lung",
    "(B)right lung",
    "B)right lung",
    "B:\nright lung",
  ]) {
    it(`takes "${answer}" for the second option`, () => {
      expect(chosenOption(answer, options)).to.equal(1);
    });
  }

  it("takes an article for an article, not for a letter", () => {
    expect(chosenOption("a right lung", options)).to.equal(1);
  });

  for (const answer of [
    "",
    "lung",
    "right",
    "A B",
    "(A)(B)",
    "A, B",
    "(A) right lung",
    "A. right lung",
    "(A)right lung",
    "(A).right lung",
    "A)right lung",
    "A:right lung",
    "D",
    "(D)",
    "left lung or right lung",
    "Because",
    "not both",
    "1",
  ]) {
    it(`takes "${answer}" for no option`, () => {
      expect(chosenOption(answer, options)).to.equal(null);
    });
  }

  it("takes an abbreviation for a word, not for a letter", () => {
    expect(chosenOption("I.V. contrast", ["iv contrast", "none"])).to.equal(0);
  });

  it("prefers an option's own text to a letter", () => {
    expect(chosenOption("A", ["B", "A"])).to.equal(1);
    expect(chosenOption("(A)", ["B", "A"])).to.equal(0);
  });

  it("gives none when the text fits several options", () => {
    expect(chosenOption("5 mm", ["<5 mm", ">5 mm"])).to.equal(null);
    expect(chosenOption("> 5 MM", ["<5 mm", "> 5 mm"])).to.equal(1);
  });

  it("handles a long answer of letters", () => {
    expect(chosenOption("A ".repeat(50_000), options)).to.equal(null);
  });
});
