import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { corePlugin, createKernel, parseConfig, type RunConfig } from "@rarl-sdk/core";
import { engineWasmPlugin } from "@rarl-sdk/engine-wasm";
import { grpoPlugin } from "@rarl-sdk/grpo";
import { loraPlugin } from "@rarl-sdk/lora";
import { medicalVqaPlugin } from "@rarl-sdk/medical-vqa";
import { nnPlugin } from "@rarl-sdk/nn";
import { promptDiversityPlugin } from "@rarl-sdk/prompt-diversity";
import { qwen2VLPlugin } from "@rarl-sdk/qwen2-vl";
import { rarlRewardsPlugin } from "@rarl-sdk/rarl-rewards";
import { sftPlugin } from "@rarl-sdk/sft";
import { expect } from "chai";
import { parse } from "yaml";
import { corpusSize } from "../make/pretraining-corpus.js";
import { promptStyles } from "../make/prompt-styles.js";

const quickstart = join(import.meta.dirname, "..");

const builtins = [
  corePlugin,
  nnPlugin,
  engineWasmPlugin,
  qwen2VLPlugin,
  loraPlugin,
  grpoPlugin,
  sftPlugin,
  rarlRewardsPlugin,
  promptDiversityPlugin,
  medicalVqaPlugin,
];

async function checkedConfig(name: string): Promise<RunConfig> {
  const file = join(quickstart, name);
  const raw = parse(await readFile(file, "utf8")) as { plugins: string[] };
  const kernel = await createKernel({ builtins, plugins: raw.plugins, baseDirectory: dirname(file) });
  return parseConfig(kernel, raw, file);
}

describe("quickstart configurations", () => {
  for (const name of ["rarl.yaml", "make/pretrain.yaml"]) {
    it(`${name} is valid and asks in the prompt styles that the corpus was written for`, async () => {
      const styles = promptStyles.map(({ name: style, system, text, use }) => ({
        name: style,
        system,
        text,
        use,
      }));
      expect((await checkedConfig(name)).prompts.options.custom).to.deep.equal(styles);
    });
  }

  it("pretraining sees every record of the corpus at least once", async () => {
    const { training, algorithm } = await checkedConfig("make/pretrain.yaml");
    expect(training.steps! * (algorithm.options.batchSize as number)).to.be.at.least(corpusSize);
  });
});
