import { expect } from "chai";
import { repairSplit } from "../../src/tokenizer/repair-split.js";
import { Tokenizer } from "../../src/tokenizer/tokenizer-library.js";
import { readFixture } from "../fixtures/support.js";

describe("repairSplit", () => {
  it("lets the long s end a contraction, which the library alone does not", async () => {
    const stored = (await readFixture("tokenizer/tokenizer.json")) as { pre_tokenizer: unknown };
    const strings = (await readFixture("strings.json")) as [string, number[]][];
    const [text, ids] = strings.find(([each]) => each === "it'ſhort")!;
    const encode = (json: object): number[] =>
      new Tokenizer(json, {}).encode(text, { add_special_tokens: false }).ids;
    const repaired = { ...stored, pre_tokenizer: repairSplit(stored.pre_tokenizer) };
    expect(encode(repaired)).to.deep.equal(ids);
    expect(encode(stored)).to.not.deep.equal(ids);
  });

  it("changes the contractions and nothing else", () => {
    const split = { type: "Split", pattern: { Regex: "(?i:'s|'t|'re|'ve|'m|'ll|'d)|\\p{N}" }, invert: false };
    const other = { type: "Split", pattern: { Regex: "\\s+" } };
    const [first, second] = (repairSplit({ pretokenizers: [split, other] }) as { pretokenizers: unknown[] })
      .pretokenizers;
    expect(second).to.deep.equal(other);
    const { Regex } = (first as typeof split).pattern;
    expect("'ſ 'S 'Ll 'vE 'x".match(new RegExp(Regex, "gu"))).to.deep.equal(["'ſ", "'S", "'Ll", "'vE"]);
  });
});
