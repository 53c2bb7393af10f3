import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { corpusSize } from "../make/pretraining-corpus.js";
import { promptStyles } from "../make/prompt-styles.js";

const quickstart = join(import.meta.dirname, "..");

interface QuickstartConfig {
  readonly prompts: { readonly custom: unknown };
  readonly algorithm: { readonly batchSize?: number };
  readonly training: { readonly steps: number };
}

async function readConfig(name: string): Promise<QuickstartConfig> {
  return parse(await readFile(join(quickstart, name), "utf8")) as QuickstartConfig;
}

describe("quickstart configurations", () => {
  for (const name of ["rarl.yaml", "make/pretrain.yaml"]) {
    it(`${name} asks in the prompt styles that the corpus was written for`, async () => {
      const styles = promptStyles.map(({ name: style, system, text, use }) => ({
        name: style,
        system,
        text,
        use,
      }));
      expect((await readConfig(name)).prompts.custom).to.deep.equal(styles);
    });
  }

  it("pretraining sees every record of the corpus once", async () => {
    const { training, algorithm } = await readConfig("make/pretrain.yaml");
    expect(training.steps * algorithm.batchSize!).to.equal(corpusSize);
  });
});
