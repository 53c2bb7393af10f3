import { fileURLToPath } from "node:url";
import { randomStream } from "@rarl-sdk/core";
import { Qwen2VLLoader, qwen2VLOptions } from "@rarl-sdk/qwen2-vl";
import { summary, times, type Measurement } from "../measure.js";

interface CheckpointScripts {
  readonly makeCheckpoint: (folder: string, shape: unknown) => Promise<void>;
  readonly shapes: Readonly<Record<string, unknown>>;
}

const bench = (path: string) => new URL(`../../grpo-step/${path}`, import.meta.url);
const completions = 8;
const maxNewTokens = 64;

/** Sampling of one text prompt's completions with the 38 M-parameter checkpoint of bench/grpo-step. */
export async function measureDecode(): Promise<Measurement[]> {
  const { makeCheckpoint } = (await import(bench("make-checkpoint.mjs").href)) as CheckpointScripts;
  const { shapes } = (await import(bench("shapes.mjs").href)) as CheckpointScripts;
  const folder = fileURLToPath(bench("work/38m"));
  await makeCheckpoint(folder, shapes["38m"]);
  const options = qwen2VLOptions.parse({ path: folder });
  const backbone = await new Qwen2VLLoader(options, folder, `${folder}-cache`).open({
    random: randomStream(0),
  });
  try {
    const text = "Is the left lung healthy? ".repeat(8);
    const prompts = await backbone.encode([{ style: "plain", template: "chat", text, images: [] }]);
    // Every completion has its full length.
    const bannedIds = backbone.endTokenIds;
    let seed = 0;
    const sorted = await times(
      async () => {
        await backbone.sample(
          prompts,
          { completions, maxNewTokens, temperature: 1, bannedIds },
          randomStream(seed++),
        );
      },
      { warmups: 1, least: 3 },
    );
    const title = `sampling ${completions} × ${maxNewTokens} tokens, 38 M parameters`;
    return [summary(title, sorted, { tokens: completions * maxNewTokens })];
  } finally {
    backbone.dispose();
  }
}
