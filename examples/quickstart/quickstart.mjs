// Trains the embedded tiny Qwen2-VL by RARL and shows what changed. `npm run quickstart` installs, builds and starts it.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readJsonl } from "@rarl-sdk/core";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../../packages/cli/bin/run.js", import.meta.url));
const runs = join(here, "runs");
const known = new Set(readRuns());

console.log(`
A tiny Qwen2-VL (320,128 parameters) that was pretrained on synthetic radiograph-like pictures is now trained further
by RARL: LoRA, GRPO, four rewards, three prompts. Nothing here is medical: pictures and questions come from a script,
and the model was pretrained with two flaws on purpose (hurried reports, mixed output formats).
`);
const { status } = spawnSync(
  process.execPath,
  [cli, "run", join(here, "rarl.yaml"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
if (status !== 0) process.exit(status ?? 1);

const run = readRuns().find((name) => !known.has(name));
if (run !== undefined) await showSamples(join(runs, run));

function readRuns() {
  try {
    return readdirSync(runs);
  } catch {
    return [];
  }
}

/** Held-out questions that the trained model answers rightly and the base did not, before and after. */
async function showSamples(directory) {
  const read = async (label) => {
    const predictions = new Map();
    for await (const { value } of readJsonl(join(directory, "eval", label, "predictions.jsonl"))) {
      predictions.set(value.sample.id, value);
    }
    return predictions;
  };
  const before = await read("test-before");
  const after = await read("test");
  const shown = new Map();
  for (const [id, now] of after) {
    const type = now.sample.meta.questionType;
    if (!shown.has(type) && now.strict && before.get(id)?.strict === false) shown.set(type, id);
  }
  console.log("\nThree held-out questions, before and after:\n");
  for (const id of [...shown.values()].slice(0, 3)) {
    const { sample, completion } = after.get(id);
    const picture = sample.images[0].path;
    console.log(
      `  ${sample.question}  (${relative(process.cwd(), picture)}; the answer is "${sample.answer}")`,
    );
    console.log(`    before  ${before.get(id).completion}`);
    console.log(`    after   ${completion}\n`);
  }
  const model = relative(process.cwd(), join(here, "base"));
  const adapter = relative(process.cwd(), join(directory, "adapter"));
  console.log(`Ask the trained model yourself:
  npx rarl-sdk generate --model ${model} --adapter ${adapter} \\
    --image ${relative(process.cwd(), join(here, "data/images/test-0000.png"))} \\
    --system "Think in <think> </think>, then answer in <answer> </answer>." --prompt "How many nodules are there?"
`);
}
