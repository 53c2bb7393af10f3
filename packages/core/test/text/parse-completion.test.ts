import { expect } from "chai";
import { parseCompletion } from "../../src/text/parse-completion.js";

describe("parseCompletion", () => {
  it("reads a full completion, white space around and between the blocks allowed", () => {
    const text = " \n<think> Left lung clear. </think>\n\n<answer> yes </answer>\t\n";
    expect(parseCompletion(text)).to.deep.equal({ format: "full", think: "Left lung clear.", answer: "yes" });
  });

  it("calls empty blocks full and gives empty texts, so that accuracy can refuse them", () => {
    const parsed = parseCompletion("<think></think><answer> </answer>");
    expect(parsed).to.deep.equal({ format: "full", think: "", answer: "" });
  });

  it("finds none without tags, empty text included", () => {
    for (const text of ["", "yes", "think yes answer", "<>", "</>"]) {
      expect(parseCompletion(text), text).to.deep.equal({ format: "none", think: null, answer: null });
    }
  });

  it("is partial with any single tag", () => {
    for (const tag of ["<think>", "</think>", "<answer>", "</answer>"]) {
      expect(parseCompletion(`x ${tag} y`), tag).to.deep.equal({
        format: "partial",
        think: null,
        answer: null,
      });
    }
  });

  const partial: readonly [string, string, string | null, string | null][] = [
    ["text before the blocks", "So: <think>a</think><answer>b</answer>", "a", "b"],
    ["text between the blocks", "<think>a</think> hence <answer>b</answer>", "a", "b"],
    ["text after the blocks", "<think>a</think><answer>b</answer> c", "a", "b"],
    ["a zero-width space outside", "<think>a</think>\u200b<answer>b</answer>", "a", "b"],
    ["an answer without a think block", "<answer>b</answer>", null, "b"],
    ["a think block without an answer", "<think>a</think> yes", "a", null],
    ["the answer before the reasoning", "<answer>b</answer><think>a</think>", "a", "b"],
    ["a second answer block", "<think>a</think><answer>yes</answer><answer>no</answer>", "a", null],
    ["a second think block", "<think>a</think><think>b</think><answer>c</answer>", null, "c"],
    ["an answer inside the reasoning", "<think>a <answer>b</answer> c</think>", null, null],
    ["reasoning inside the answer", "<answer><think>a</think> b</answer>", null, null],
    ["a think block in a think block", "<think>a<think>b</think>c</think><answer>d</answer>", null, "d"],
    ["an answer block in an answer block", "<think>a</think><answer>b<answer>c</answer></answer>", "a", null],
    ["a stray closing tag at the end", "<think>a</think><answer>b</answer></answer>", "a", null],
    ["an unclosed answer", "<think>a</think><answer>b", "a", null],
    ["an unclosed think", "<think>a <answer>b</answer>", null, "b"],
    ["crossed blocks", "<think>a<answer>b</think>c</answer>", null, null],
    ["tags in the wrong case beside right ones", "<Think>a</Think><answer>b</answer>", null, "b"],
  ];
  for (const [name, text, think, answer] of partial) {
    it(`is partial with ${name}`, () => {
      expect(parseCompletion(text)).to.deep.equal({ format: "partial", think, answer });
    });
  }

  it("does not take look-alikes for tags", () => {
    for (const text of [
      "＜think＞a＜/think＞＜answer＞b＜/answer＞",
      "‹think›a‹/think›‹answer›b‹/answer›",
      "<thіnk>a</thіnk><аnswer>b</аnswer>", // Cyrillic і and а
      "<THINK>a</THINK><ANSWER>b</ANSWER>",
      "< think>a</ think>< answer>b</ answer>",
      "<think >a</think ><answer >b</answer >",
      "&lt;think&gt;a&lt;/think&gt;",
      "<think\u200b>a</think\u200b>",
    ]) {
      expect(parseCompletion(text).format, text).to.equal("none");
    }
  });

  it("keeps Chinese, line breaks and angle brackets inside a block", () => {
    const parsed = parseCompletion("<think>左肺清晰。\n<5 mm & > 3 mm</think>\n<answer>是</answer>");
    expect(parsed).to.deep.equal({ format: "full", think: "左肺清晰。\n<5 mm & > 3 mm", answer: "是" });
  });

  it("survives 200 kB of adversarial tags", () => {
    // A quadratic scan of these takes minutes and runs into the time limit.
    for (const piece of [
      "<",
      "<think>",
      "</answer",
      "<think><answer>",
      "<think></think>",
      "<answer>x</answer>",
      " ",
    ]) {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      const parsed = parseCompletion(text);
      expect(parsed.think, piece).to.equal(null);
      expect(parsed.answer, piece).to.equal(null);
      expect(parsed.format, piece).to.equal(piece.includes(">") ? "partial" : "none");
    }
    const long = "a<".repeat(100_000);
    expect(parseCompletion(`<think>${long}</think><answer>${long}</answer>`).format).to.equal("full");
  });
});
