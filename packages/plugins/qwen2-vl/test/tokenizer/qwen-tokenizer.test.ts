import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { loadTokenizer } from "../../src/tokenizer/qwen-tokenizer.js";
import { fixture, readFixture, rejection, withFolder } from "../fixtures/support.js";

type Json = Record<string, unknown>;
type Model = Json & { vocab: Record<string, number>; merges: [string, string][] };

const stored = (await readFixture("tokenizer/tokenizer.json")) as Json & { model: Model };
const config = (await readFixture("tokenizer/tokenizer_config.json")) as Json;
const strings = (await readFixture("strings.json")) as [text: string, ids: number[]][];

async function expectSameIds(directory: string): Promise<void> {
  const tokenizer = await loadTokenizer(directory);
  for (const [text, ids] of strings) expect(tokenizer.encode(text), JSON.stringify(text)).to.deep.equal(ids);
}

describe("loadTokenizer", () => {
  it("gives the ids of Python's tokenizers 0.23 on thousands of strings", async () => {
    expect(strings.length).to.be.at.least(2500);
    await expectSameIds(fixture("tokenizer"));
  });

  it("gives the same ids with merges in the older spelling", async () => {
    const merges = stored.model.merges.map((pair) => pair.join(" "));
    await withFolder({ "tokenizer.json": { ...stored, model: { ...stored.model, merges } } }, expectSameIds);
  });

  it("gives the same ids from vocab.json and merges.txt", async () => {
    const merges = stored.model.merges.map((pair) => pair.join(" "));
    const files = {
      "vocab.json": stored.model.vocab,
      "merges.txt": ["#version: 0.2", ...merges, ""].join("\n"),
      "tokenizer_config.json": config,
    };
    await withFolder(files, expectSameIds);
  });

  it("adds tokens that only tokenizer_config.json names", async () => {
    await withFolder(
      { "tokenizer.json": { ...stored, added_tokens: [] }, "tokenizer_config.json": config },
      expectSameIds,
    );
  });

  it("decodes like the reference, cut characters, special and unknown ids included", async () => {
    const tokenizer = await loadTokenizer(fixture("tokenizer"));
    const cases = (await readFixture("decoded.json")) as [ids: number[], plain: string, whole: string][];
    expect(cases).to.have.length(300);
    for (const [ids, plain, whole] of cases) {
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).to.equal(plain);
      expect(tokenizer.decode(ids)).to.equal(whole);
    }
    expect(tokenizer.decode([])).to.equal("");
  });

  it("gives back every string in its composed form", async () => {
    const tokenizer = await loadTokenizer(fixture("tokenizer"));
    for (const [text, ids] of strings) expect(tokenizer.decode(ids)).to.equal(text.normalize("NFC"));
  });

  it("knows its special tokens and its size", async () => {
    const tokenizer = await loadTokenizer(fixture("tokenizer"));
    expect(tokenizer.vocabSize).to.equal(2014);
    expect(tokenizer.tokenId("<|endoftext|>")).to.equal(2000);
    expect(tokenizer.tokenId("<|video_pad|>")).to.equal(2013);
    expect(tokenizer.tokenId("<|nothing|>")).to.equal(undefined);
    expect(tokenizer.encode("<|im_start|>")).to.deep.equal([tokenizer.tokenId("<|im_start|>")]);
  });

  it("names the file that is missing, truncated or of another kind", async () => {
    expect((await rejection(withFolder({}, loadTokenizer))).code).to.equal("CHECKPOINT_FILE_MISSING");
    const text = await readFile(fixture("tokenizer/tokenizer.json"), "utf8");
    const truncated = await rejection(withFolder({ "tokenizer.json": text.slice(0, 5000) }, loadTokenizer));
    expect(truncated.code).to.equal("CHECKPOINT_CONFIG_INVALID");
    expect(truncated.message).to.include("tokenizer.json");
    const unigram = { ...stored, model: { ...stored.model, type: "Unigram" } };
    const foreign = await rejection(withFolder({ "tokenizer.json": unigram }, loadTokenizer));
    expect(foreign.message).to.include("model.type");
    const broken = { ...stored, pre_tokenizer: { type: "Unheard" } };
    expect((await rejection(withFolder({ "tokenizer.json": broken }, loadTokenizer))).code).to.equal(
      "TOKENIZER_INVALID",
    );
    const torn = {
      "vocab.json": stored.model.vocab,
      "merges.txt": "a b\nc",
      "tokenizer_config.json": config,
    };
    const merges = await rejection(withFolder(torn, loadTokenizer));
    expect(merges.message).to.include("merges.txt").and.include("line 2");
    const bare = { "vocab.json": stored.model.vocab, "merges.txt": "a b" };
    expect((await rejection(withFolder(bare, loadTokenizer))).code).to.equal("TOKENIZER_INVALID");
  });
});
