import { createKernel, type TextSimilarity } from "@rarl-sdk/core";
import { textSimilarityConformance } from "@rarl-sdk/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { join } from "node:path";
import { bertScorePlugin } from "../src/index.js";
import { withEncoderCopy, writeText } from "./support/encoder-copy.js";
import { expectError } from "./support/expect-error.js";
import { encoderKinds, fixture, reference, running } from "./support/reference.js";
import { useTestBackend } from "./support/test-backend.js";

const fixtures = fixture("");

/** The similarity as a configuration with these options makes it, in the folder of the fixtures. */
async function similarity(options: object, baseDirectory = fixtures): Promise<TextSimilarity> {
  const kernel = await createKernel({ builtins: [bertScorePlugin], baseDirectory });
  return kernel.create("similarities", "bert-score", options);
}

const raw = { encoder: "bert", layer: 2, rescale: false };

describe("the text similarity bert-score", () => {
  before(useTestBackend);

  for (const kind of encoderKinds) {
    describe(`with a ${kind} encoder`, () => {
      const make = () => similarity({ encoder: kind, layer: 2, baseline: "baseline.tsv" });
      for (const check of textSimilarityConformance(make)) it(check.name, () => check.run());
    });
  }

  it("gives the package's F1, cut to [0, 1], and 1 to two empty texts", async () => {
    const measure = await similarity({ ...raw, rescale: true, baseline: "baseline.tsv" });
    const pairs = reference.pairs.map(([candidate, text]) => ({ candidate, reference: text }));
    const scores = await measure.similarity(pairs, running);
    const f1 = reference.encoders.bert.rescaled[2];
    for (const [index, [candidate, text]] of reference.pairs.entries()) {
      const bothEmpty = `${candidate}${text}`.trim() === "";
      const expected = bothEmpty ? 1 : Math.min(Math.max(f1[index]!, 0), 1);
      expect(scores[index], `pair ${index}`).to.be.closeTo(expected, 1e-5);
    }
    await measure.dispose?.();
  });

  it("gives precision or recall when asked, and says so in its name", async () => {
    const pair = { candidate: reference.pairs[0]![0], reference: reference.pairs[0]![1] };
    for (const [column, name] of ["precision", "recall"].entries()) {
      const measure = await similarity({ ...raw, measure: name });
      expect(measure.name).to.equal(`bert-score:bert_L2_no-idf_${name}`);
      const [score] = await measure.similarity([pair], running);
      expect(score).to.be.closeTo(reference.encoders.bert.plain[column]![0]!, 1e-5);
      await measure.dispose?.();
    }
  });

  it("weighs by the references of a file, of lines or of records, and names their digest", () =>
    withEncoderCopy("bert", async (directory) => {
      const texts = reference.pairs.map(([, text]) => text);
      const records = texts.map((text) => JSON.stringify({ answer: "no", reasoning: text })).join("\n");
      const file = await writeText(directory, "train.jsonl", `${records}\n{"answer": "yes"}\n`);
      const idf = { file, field: "reasoning" };
      const measure = await similarity({ encoder: directory, layer: 2, rescale: false, idf });
      expect(measure.name).to.match(/^bert-score:bert_L2_idf-[0-9a-f]{8}$/);
      const pairs = reference.pairs.slice(0, 11).map(([candidate, text]) => ({ candidate, reference: text }));
      const scores = await measure.similarity(pairs, running);
      for (const [index, score] of scores.entries())
        expect(score).to.be.closeTo(Math.min(reference.encoders.bert.idf[2][index]!, 1), 1e-5);

      const lines = await writeText(directory, "references.txt", "the lung\n\nthe heart\n");
      const other = await similarity({ ...raw, idf: { file: lines } });
      expect(other.name)
        .to.match(/^bert-score:bert_L2_idf-[0-9a-f]{8}$/)
        .and.not.equal(measure.name);
      await measure.dispose?.();
      await other.dispose?.();
    }));

  it("keeps no tensors between calls, nor between calls that run at once", async () => {
    const measure = await similarity(raw);
    const step = (words: readonly string[]) =>
      measure.similarity(
        words.map((candidate) => ({ candidate, reference: "a nodule in the lung" })),
        running,
      );
    await step(["nodule", "no nodule"]);
    const before = tf.memory().numTensors;
    await Promise.all([step(["a nodule", "the lobe"]), step(["right", "left"])]);
    expect(tf.memory().numTensors, "tensors alive").to.equal(before);
    await measure.dispose?.();
  });

  it("reads its weights when opened, once, and frees them", async () => {
    const before = tf.memory().numTensors;
    const measure = await similarity(raw);
    expect(tf.memory().numTensors).to.equal(before);
    await Promise.all([measure.open?.(running), measure.open?.(running)]);
    expect(tf.memory().numTensors).to.equal(before + 4 + 2 * 16);
    await measure.dispose?.();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("loads again after a load that was aborted", async () => {
    const measure = await similarity(raw);
    const reason = new Error("stop");
    const outcome = await measure.open?.(AbortSignal.abort(reason)).catch((error: unknown) => error);
    expect(outcome).to.equal(reason);
    expect(await measure.similarity([{ candidate: "lung", reference: "lung" }], running)).to.have.length(1);
    await measure.dispose?.();
  });

  const refusals: readonly [string, string, object, string][] = [
    ["an encoder that is not there", "ENCODER_MISSING", { encoder: "roberta-large" }, "roberta-large"],
    ["a file in place of a folder", "ENCODER_MISSING", { encoder: "baseline.tsv" }, "not a folder"],
    ["a folder without an encoder", "ENCODER_MISSING", { encoder: "." }, "no config.json"],
    ["a layer it does not know", "ENCODER_LAYER", { encoder: "bert", rescale: false }, "bert"],
    ["a layer that is not there", "ENCODER_LAYER", { ...raw, layer: 4 }, "0 (the embeddings) to 3"],
    [
      "a published encoder's layer in a smaller model",
      "ENCODER_LAYER",
      { encoder: "bert", encoderName: "bert-base-uncased" },
      "no layer 9",
    ],
    [
      "rescaling without a baseline",
      "BASELINE_MISSING",
      { encoder: "bert", layer: 2 },
      "layer 2 of encoder bert",
    ],
    [
      "a baseline that is not there",
      "BASELINE_INVALID",
      { encoder: "bert", layer: 2, baseline: "x.tsv" },
      "x.tsv",
    ],
    ["idf texts that are not there", "DATA_MISSING", { ...raw, idf: { file: "none.txt" } }, "none.txt"],
    [
      "idf records without the field",
      "DATA_INVALID",
      { ...raw, idf: { file: "damaged.jsonl" } },
      "record 1 is not valid: not JSON",
    ],
    ["a misspelt option", "COMPONENT_OPTIONS", { ...raw, encodr: "x" }, 'did you mean "encoder"'],
  ];
  for (const [fault, code, options, told] of refusals) {
    it(`refuses ${fault} when it is made`, () =>
      withEncoderCopy("bert", async (directory) => {
        const parent = join(directory, "..");
        await writeText(parent, "damaged.jsonl", "{not json\n");
        await writeText(parent, "baseline.tsv", "LAYER,P,R,F\n");
        const error = await expectError(code as never, () => similarity(options, parent));
        expect(error.message).to.contain(told);
      }));
  }
});
