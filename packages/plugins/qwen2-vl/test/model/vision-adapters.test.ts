import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomStream } from "@rarl-sdk/core";
import { LoraFactory, loraOptions } from "@rarl-sdk/lora";
import { Qwen2VLLoader, qwen2VLOptions, type Qwen2VLBackbone } from "@rarl-sdk/qwen2-vl";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { useTestBackend } from "../support/test-backend.js";

const fixtures = fileURLToPath(new URL("../fixtures/checkpoints", import.meta.url));

describe("an adapter in the vision tower", () => {
  let cache: string;
  before(async () => {
    await useTestBackend();
    cache = await mkdtemp(join(tmpdir(), "rarl-cache-"));
  });
  after(() => rm(cache, { recursive: true }));

  const score = async (backbone: Qwen2VLBackbone): Promise<readonly number[]> => {
    const images = [{ path: join(fixtures, "image.png") }];
    const encoded = await backbone.encode([{ style: "test", template: "chat", text: "Hi", images }]);
    const { logProbs } = backbone.logProbs([{ prompt: encoded[0]!, completions: [[5, 6, 7]] }]);
    const values = [...logProbs.dataSync()];
    logProbs.dispose();
    return values;
  };
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));

  it("counts in images that are cached without it, on or merged", async () => {
    const loader = new Qwen2VLLoader(qwen2VLOptions.parse({ path: "nested" }), fixtures, cache);
    const backbone = await loader.open({ random: randomStream(0) });
    const base = await score(backbone);
    const factory = new LoraFactory(loraOptions.parse({ r: 2, targets: ["qkv", "fc1"] }), fixtures);
    const adapter = await factory.attach(backbone, randomStream(1));
    for (const { variable } of adapter.variables) {
      const random = randomStream(2);
      const values = Float32Array.from({ length: variable.size }, () => random.normal());
      tf.tidy(() => {
        variable.assign(tf.tensor(values, variable.shape));
      });
    }

    const adapted = await score(backbone);
    expect(distance(adapted, base)).to.be.greaterThan(1e-3);
    adapter.merge();
    expect(distance(await score(backbone), adapted)).to.be.lessThan(1e-4);
    backbone.dispose();
  });
});
