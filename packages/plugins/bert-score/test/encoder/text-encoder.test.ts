import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { TextEncoder } from "../../src/index.js";
import { readEncoderConfig } from "../../src/encoder/encoder-config.js";
import { renameTensors, withEncoderCopy, writeText } from "../support/encoder-copy.js";
import { expectError } from "../support/expect-error.js";
import { fixture, reference, type EncoderKind } from "../support/reference.js";
import { useTestBackend } from "../support/test-backend.js";

async function firstOutput(directory: string, kind: EncoderKind): Promise<ArrayLike<number>> {
  const encoder = await TextEncoder.open(directory, reference.layers);
  const rows = encoder.forward(reference.encoders[kind].tokenIds.slice(0, 1));
  const values = rows.dataSync();
  rows.dispose();
  encoder.dispose();
  return values;
}

describe("a text encoder", () => {
  before(useTestBackend);

  it("reads the names of BERT's first releases, with a prefix and gamma and beta", () =>
    withEncoderCopy("bert", async (directory) => {
      const expected = await firstOutput(directory, "bert");
      await renameTensors(directory, (name) =>
        `bert.${name}`
          .replace("LayerNorm.weight", "LayerNorm.gamma")
          .replace("LayerNorm.bias", "LayerNorm.beta"),
      );
      expect(await firstOutput(directory, "bert")).to.deep.equal(expected);
    }));

  it("keeps only the blocks it runs, and frees them", async () => {
    const before = tf.memory();
    const embeddings = await TextEncoder.open(fixture("bert"), 0);
    const tensorsOfNone = tf.memory().numTensors - before.numTensors;
    const whole = await TextEncoder.open(fixture("bert"), 3);
    expect(tensorsOfNone).to.equal(4);
    expect(tf.memory().numTensors - before.numTensors).to.equal(4 + 4 + 3 * 16);
    embeddings.dispose();
    whole.dispose();
    expect(tf.memory()).to.deep.include({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
    });
  });

  it("gives a sentence the same output alone and packed with others", async () => {
    const encoder = await TextEncoder.open(fixture("roberta"), 3);
    const [first, second] = reference.encoders.roberta.tokenIds as [number[], number[]];
    const packed = encoder.forward([second, first]);
    const alone = encoder.forward([first]);
    const [all, own] = [packed.dataSync(), alone.dataSync()];
    for (let index = 0; index < own.length; index++)
      expect(all[all.length - own.length + index]).to.be.closeTo(own[index]!, 1e-5);
    tf.dispose([packed, alone]);
    encoder.dispose();
  });

  it("cuts a sentence to the positions there are, whatever tokenizer_config.json says", () =>
    withEncoderCopy("roberta", async (directory) => {
      await writeText(
        directory,
        "tokenizer_config.json",
        '{"model_max_length": 1000000000000000019884624838656}',
      );
      const encoder = await TextEncoder.open(directory, 0);
      const { tokenizer } = encoder;
      const ids = tokenizer.encode("the lung ".repeat(100));
      expect(ids).to.have.length(readEncoderConfig(directory).positions - 2);
      expect(ids.at(-1)).to.equal(tokenizer.specialIds.last);
      encoder.dispose();
    }));

  it("leaves no tensors behind when a weight is missing", () =>
    withEncoderCopy("distilbert", async (directory) => {
      await renameTensors(directory, (name) => (name.includes("layer.1.ffn.lin2.bias") ? null : name));
      const before = tf.memory().numTensors;
      const error = await expectError("TENSOR_MISSING", () => TextEncoder.open(directory, 2));
      expect(error.message).to.contain("transformer.layer.1.ffn.lin2.bias");
      expect(tf.memory().numTensors).to.equal(before);
    }));

  const damages: readonly [string, string, (directory: string) => Promise<unknown>][] = [
    ["no weights", "CHECKPOINT_FILE_MISSING", (directory) => rm(join(directory, "model.safetensors"))],
    [
      "torn weights",
      "SAFETENSORS_INVALID",
      (directory) => truncate(join(directory, "model.safetensors"), 50_000),
    ],
    ["no tokenizer", "CHECKPOINT_FILE_MISSING", (directory) => rm(join(directory, "tokenizer.json"))],
    [
      "a torn tokenizer",
      "TOKENIZER_INVALID",
      (directory) => truncate(join(directory, "tokenizer.json"), 500),
    ],
    [
      "a tokenizer of another kind",
      "TOKENIZER_INVALID",
      (directory) =>
        writeText(directory, "tokenizer.json", '{"model": {"type": "Unigram"}, "post_processor": {}}'),
    ],
    ["no config.json", "ENCODER_MISSING", (directory) => rm(join(directory, "config.json"))],
    [
      "a torn config.json",
      "CHECKPOINT_CONFIG_INVALID",
      (directory) => truncate(join(directory, "config.json"), 100),
    ],
    [
      "another architecture",
      "ARCHITECTURE_UNKNOWN",
      (directory) => changeConfig(directory, { model_type: "albert" }),
    ],
    [
      "another activation",
      "CHECKPOINT_CONFIG_INVALID",
      (directory) => changeConfig(directory, { hidden_act: "relu" }),
    ],
    [
      "relative positions",
      "CHECKPOINT_CONFIG_INVALID",
      (directory) => changeConfig(directory, { position_embedding_type: "relative_key" }),
    ],
    [
      "heads that do not divide",
      "CHECKPOINT_CONFIG_INVALID",
      (directory) => changeConfig(directory, { num_attention_heads: 5 }),
    ],
    [
      "a config of another size",
      "TENSOR_SHAPE",
      (directory) => changeConfig(directory, { intermediate_size: 64 }),
    ],
    [
      "a vocabulary too small",
      "TOKENIZER_MISMATCH",
      (directory) => changeConfig(directory, { vocab_size: 20 }),
    ],
  ];
  for (const [damage, code, apply] of damages) {
    it(`is refused with ${damage}`, () =>
      withEncoderCopy("bert", async (directory) => {
        await apply(directory);
        const before = tf.memory().numTensors;
        const error = await expectError(code as never, () => TextEncoder.open(directory, 2));
        expect(error.message).to.contain(directory);
        expect(tf.memory().numTensors).to.equal(before);
      }));
  }
});

async function changeConfig(directory: string, changes: object): Promise<void> {
  const stored = JSON.parse(await readFile(join(directory, "config.json"), "utf8")) as object;
  await writeText(directory, "config.json", JSON.stringify({ ...stored, ...changes }));
}
