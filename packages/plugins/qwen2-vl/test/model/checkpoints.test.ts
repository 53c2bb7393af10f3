import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomStream, type CompletionGroup, type Prompt } from "@rarl-sdk/core";
import { Qwen2VLLoader, qwen2VLOptions, type Qwen2VLBackbone } from "@rarl-sdk/qwen2-vl";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { useTestBackend } from "../support/test-backend.js";

const fixtures = fileURLToPath(new URL("../fixtures/checkpoints", import.meta.url));

interface Expected {
  readonly question: string;
  readonly promptTokenIds: number[];
  readonly lastLogits: number[];
  readonly generated: number[];
}
/** Written by reference/make_checkpoints.py with transformers 5.18.0. */
const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as Record<
  string,
  Expected
>;

function prompt(question: string): Prompt {
  return {
    style: "test",
    template: "chat",
    text: question,
    images: [{ path: join(fixtures, "image.png") }],
  };
}

describe("checkpoints on disk", () => {
  let cache: string;
  before(async () => {
    await useTestBackend();
    cache = await mkdtemp(join(tmpdir(), "rarl-cache-"));
  });
  after(() => rm(cache, { recursive: true }));

  const open = (path: string, options: object = {}): Promise<Qwen2VLBackbone> =>
    new Qwen2VLLoader(qwen2VLOptions.parse({ path, ...options }), fixtures, cache).open({
      random: randomStream(0),
    });

  for (const [name, description] of [
    ["nested", "nested config, original names, F32, as transformers 5.18 writes it"],
    ["flat-new", "flat config, new names, two shards, BF16"],
  ] as const) {
    it(`load: ${description}`, async () => {
      const backbone = await open(name);
      const { question, promptTokenIds, lastLogits, generated } = expected[name]!;
      const encoded = await backbone.encode([prompt(question)]);
      expect(encoded[0]!.tokenIds).to.deep.equal(promptTokenIds);

      // Log-probabilities of every id as the first completion token are the log-softmax of the last logits.
      const groups: CompletionGroup[] = [
        { prompt: encoded[0]!, completions: lastLogits.map((_, id) => [id]) },
      ];
      const { logProbs } = backbone.logProbs(groups);
      const normalizer = Math.log(lastLogits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      logProbs.dataSync().forEach((logProb, id) => {
        expect(logProb).to.be.closeTo(lastLogits[id]! - normalizer, 1e-4);
      });
      logProbs.dispose();

      const sampled = await backbone.sample(
        encoded,
        { completions: 1, maxNewTokens: 12, temperature: 0 },
        randomStream(0),
      );
      expect(sampled[0]![0]!.tokenIds).to.deep.equal(generated);
      expect(sampled[0]![0]!.text).to.equal(backbone.detokenize(generated));
      backbone.dispose();
    });
  }

  it("are saved so that they load again with the same values, without leaving tensors behind", async () => {
    const before = tf.memory().numTensors;
    const source = await open("flat-new", { train: "all" });
    const directory = await mkdtemp(join(tmpdir(), "rarl-saved-"));
    await source.save(directory);
    // In the same mode: an engine may multiply frozen and trained weights in different orders.
    const copy = await open(directory, { train: "all" });
    const { question } = expected["flat-new"]!;
    const score = async (backbone: Qwen2VLBackbone): Promise<number[]> => {
      const [encoded] = await backbone.encode([prompt(question)]);
      const { logProbs } = backbone.logProbs([{ prompt: encoded!, completions: [[5, 6, 7, 258]] }]);
      const values = [...logProbs.dataSync()];
      logProbs.dispose();
      return values;
    };
    const first = await score(source);
    expect(await score(copy)).to.deep.equal(first);
    expect(source.variables().length).to.be.greaterThan(40);
    await source.load(directory);
    expect(await score(source)).to.deep.equal(first);
    source.dispose();
    copy.dispose();
    await rm(directory, { recursive: true });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("keep image embeddings once an image, on disk when memory is short", async () => {
    const short = await open("nested", { imageCacheMegabytes: 1e-6 });
    const long = await open("nested");
    const { question } = expected["nested"]!;
    const prompts = [
      prompt(question),
      { ...prompt(question), images: [...prompt("").images, ...prompt("").images] },
    ];
    const score = async (backbone: Qwen2VLBackbone): Promise<number[]> => {
      const encoded = await backbone.encode(prompts);
      const { logProbs } = backbone.logProbs(
        encoded.map((each) => ({ prompt: each, completions: [[1, 2, 3]] })),
      );
      const values = [...logProbs.dataSync()];
      logProbs.dispose();
      return values;
    };
    const before = tf.memory().numTensors;
    const expectedValues = await score(long);
    expect(tf.memory().numTensors).to.be.at.most(before + 2); // one image, and the tied head
    expect(await score(short)).to.deep.equal(expectedValues);
    short.dispose();
    long.dispose();
  });
});
