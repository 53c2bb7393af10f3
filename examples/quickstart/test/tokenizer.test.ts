import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tokenizers from "@huggingface/tokenizers";
import { expect } from "chai";
import { pretrainingCorpus } from "../make/pretraining-corpus.js";
import { formatCompletion, promptStyles } from "../make/prompt-styles.js";
import { specialTokens, tagTokens, vocabularySize } from "../make/tokenizer.js";
import { modelFiles } from "../make/write-model.js";

interface Tokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: number[] };
  decode(ids: readonly number[], options: { skip_special_tokens: boolean }): string;
}

// The package's own declarations import without file extensions, which this module resolution does not follow.
const { Tokenizer } = tokenizers as unknown as {
  Tokenizer: new (description: object, config: object) => Tokenizer;
};

const base = join(import.meta.dirname, "..", "base");
const read = (name: string) => readFile(join(base, name), "utf8");

describe("quickstart tokenizer", () => {
  let tokenizer: Tokenizer;
  const ids = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;

  before(async () => {
    const [description, config] = await Promise.all(["tokenizer.json", "tokenizer_config.json"].map(read));
    tokenizer = new Tokenizer(JSON.parse(description!) as object, JSON.parse(config!) as object);
  });

  it("is committed as the script trains it, with the model's configuration", async () => {
    for (const [name, text] of Object.entries(modelFiles())) expect(await read(name), name).to.equal(text);
  });

  it("has 437 entries: bytes, merges, special tokens, tags", () => {
    const added = [...specialTokens, ...tagTokens];
    expect(added.map((token) => ids(token))).to.deep.equal(
      added.map((_, index) => [vocabularySize - added.length + index]),
    );
    const { model: description } = JSON.parse(modelFiles()["tokenizer.json"]!) as {
      model: { vocab: Record<string, number>; merges: string[][] };
    };
    expect(Object.keys(description.vocab)).to.have.length(256 + 163);
    expect(description.merges).to.have.length(163);
  });

  it("keeps the tags when special tokens are dropped", () => {
    const text = formatCompletion("full", "This is a CT: left clear, right one large nodule.", "right");
    const completion = ids(`${text}<|im_end|>`);
    expect(tokenizer.decode(completion, { skip_special_tokens: true })).to.equal(text);
    expect(completion).to.have.length(22);
  });

  it("gives the ids of Hugging Face's tokenizers", async () => {
    const file = join(import.meta.dirname, "fixtures", "tokenizer-ids.json");
    const { texts } = JSON.parse(await readFile(file, "utf8")) as { texts: [string, number[]][] };
    expect(texts.length).to.be.above(60);
    for (const [text, expected] of texts) expect(ids(text), text).to.deep.equal(expected);
  });

  it("writes prompts of 36 tokens and full completions of 23 on average", () => {
    const systems = new Map(promptStyles.map(({ name, system }) => [name, system]));
    const average = { prompt: 0, completion: 0 };
    const count = 2000;
    for (const record of pretrainingCorpus(count)) {
      const prompt =
        `<|im_start|>system\n${systems.get(record.meta.style!)!}<|im_end|>\n<|im_start|>user\n` +
        `<|vision_start|>${"<|image_pad|>".repeat(4)}<|vision_end|>${record.question}<|im_end|>\n` +
        "<|im_start|>assistant\n";
      const completion = `${formatCompletion("full", record.reasoning, record.answer)}<|im_end|>`;
      average.prompt += ids(prompt).length / count;
      average.completion += ids(completion).length / count;
    }
    expect(average.prompt).to.be.closeTo(36, 0.5);
    expect(average.completion).to.be.closeTo(23, 0.5);
  });
});
