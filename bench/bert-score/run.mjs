// What BERTScore costs: milliseconds a sentence of 12 and of 128 tokens, and a GRPO step of 16 completions against 2
// references, whose outputs are cached. With --python, the same encoder in transformers beside it.
//   node bench/bert-score/run.mjs [--engine wasm|torch] [--sizes distilroberta,roberta-base,roberta-large]
//                                 [--python PYTHON] [--out results.json]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BertScorer, TextEncoder } from "../../packages/plugins/bert-score/dist/index.js";
import { WasmEngine } from "../../packages/plugins/engine-wasm/dist/index.js";
import { makeEncoder, sizes } from "./make-encoder.mjs";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "wasm" },
    sizes: { type: "string", default: "distilroberta,roberta-base,roberta-large" },
    python: { type: "string" },
    repeats: { type: "string", default: "3" },
    out: { type: "string" },
  },
});
const repeats = Number(values.repeats);
const batch = 16;
const { signal } = new globalThis.AbortController();

const engine =
  values.engine === "wasm"
    ? new WasmEngine()
    : new (await import("../../packages/plugins/engine-torch/dist/index.js")).TorchEngine();
const probe = await engine.probe();
await engine.activate({});

const parent = mkdtempSync(join(tmpdir(), "rarl-bert-score-"));
const rows = [];
try {
  for (const name of values.sizes.split(",")) rows.push(await measure(name));
} finally {
  rmSync(parent, { recursive: true, force: true });
}
const result = {
  cpu: cpus()[0].model,
  cores: cpus().length,
  node: process.version,
  engine: { name: values.engine, version: probe.version },
  rows,
};
console.log(JSON.stringify(result, null, 2));
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
await engine.dispose();

async function measure(name) {
  const directory = await makeEncoder(name, parent);
  const encoder = await TextEncoder.open(directory, sizes[name].layers);
  const row = { name, layers: sizes[name].layers };
  for (const tokens of [12, 128]) {
    const sentences = Array.from({ length: batch }, (_, at) =>
      Array.from({ length: tokens }, (_, index) => (index === 0 ? 0 : 5 + ((at * 37 + index * 11) % 330))),
    );
    row[`msPerSentence${tokens}`] = await median(async () => {
      const output = encoder.forward(sentences);
      await output.data();
      output.dispose();
    }, batch);
  }
  const scorer = new BertScorer(encoder);
  let step = 0;
  row.msPerStep = await median(async () => {
    step++;
    // New completions against the references of every step before.
    const requests = Array.from({ length: batch }, (_, at) => ({
      candidate: `step ${step}, completion ${at}: ${"the heart is enlarged and fluid blunts the left angle. ".repeat(6)}`,
      references: [
        `reference ${at % 2}: ${"there is a nodule in the right upper lobe of the lung. ".repeat(4)}`,
      ],
    }));
    await scorer.score(requests, signal);
  }, 1);
  row.completionTokens = encoder.tokenizer.encode(
    `step 1, completion 1: ${"the heart is enlarged and fluid blunts the left angle. ".repeat(6)}`,
  ).length;
  encoder.dispose();
  if (values.python) row.transformers = peer(name);
  return row;
}

/** Milliseconds of `work` over `per`, the median of the repeats after one that warms up. */
async function median(work, per) {
  await work();
  const times = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / per);
  }
  return Number(times.sort((a, b) => a - b)[Math.floor(repeats / 2)].toFixed(1));
}

function peer(name) {
  const script = fileURLToPath(new URL("transformers_encode.py", import.meta.url));
  const { hidden, heads, intermediate, layers } = sizes[name];
  const args = [script, hidden, heads, intermediate, layers, batch, repeats].map(String);
  const { stdout, status, stderr } = spawnSync(values.python, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
