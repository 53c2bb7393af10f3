import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomStream } from "@rarl-sdk/core";
import { LoraFactory, loraOptions, type LoraAdapter } from "@rarl-sdk/lora";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { promptLogits } from "../support/forward.js";
import { goldenModel, promptA, promptB, type GoldenModel } from "../support/golden-model.js";

const fixtures = fileURLToPath(new URL("../../../lora/test/fixtures", import.meta.url));
type Logits = Record<"A" | "B", number[]>;
/** Written with peft 0.21.0 and transformers 5.18.0 by the lora package's reference/make_adapters.py. */
const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as {
  adapters: Record<string, { lastLogits: Logits }>;
  baseLastLogits: Logits;
};

describe("adapters that PEFT 0.21 saved, on the golden model", () => {
  let model: GoldenModel;
  beforeEach(async () => {
    model = await goldenModel();
  });
  afterEach(() => {
    model.dispose();
  });

  const attach = async (folder: string): Promise<LoraAdapter> =>
    new LoraFactory(loraOptions.parse({ from: folder }), fixtures).attach(
      { linears: () => model.linears },
      randomStream(1),
    );
  const expectLogits = (wanted: Logits): void => {
    for (const [prompt, values] of [
      [promptA(), wanted.A],
      [promptB(), wanted.B],
    ] as const) {
      const logits = promptLogits(model, prompt);
      const last = logits.dataSync().subarray(-128);
      values.forEach((value, id) => {
        expect(last[id]).to.be.closeTo(value, 1e-4);
      });
      logits.dispose();
    }
  };

  for (const [folder, name] of [
    ["plain", "plain"],
    ["plain-old", "plain"],
    ["patterns", "patterns"],
  ] as const) {
    it(`${folder}: give PEFT's logits adapted, the base's disabled, and PEFT's again merged`, async () => {
      const adapter = await attach(folder);
      const wanted = expected.adapters[name]!.lastLogits;
      expectLogits(wanted);
      adapter.withDisabled(() => {
        expectLogits(expected.baseLastLogits);
      });
      adapter.merge();
      expectLogits(wanted);
      adapter.dispose();
    });
  }

  it("come back from a save with the same logits", async () => {
    const first = await attach("plain");
    const directory = await mkdtemp(join(tmpdir(), "rarl-adapter-"));
    await first.save(directory);
    first.dispose();
    expectLogits(expected.baseLastLogits);
    const before = tf.memory().numTensors;
    const second = await attach(directory);
    expectLogits(expected.adapters["plain"]!.lastLogits);
    second.dispose();
    expect(tf.memory().numTensors).to.equal(before);
    await rm(directory, { recursive: true });
  });
});
