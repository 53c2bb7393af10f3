// Measures `rarl-sdk eval` one question at a time and in batches; see README.md.
//   node bench/eval/run.mjs [--questions 48] [--tokens 64] [--batches 1,8,48] [--rounds 3] [--out FOLDER]
import { spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machine } from "../grpo-step/machine.mjs";
import { makeCheckpoint, makeImages } from "../grpo-step/make-checkpoint.mjs";
import { parameterCount, shapes } from "../grpo-step/shapes.mjs";
import { writeReport } from "./report.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../../packages/cli/bin/run.js", import.meta.url));
const { values } = parseArgs({
  options: {
    shape: { type: "string", default: "38m" },
    questions: { type: "string", default: "48" },
    /** Questions an image in the set where images are shared. */
    shared: { type: "string", default: "4" },
    tokens: { type: "string", default: "64" },
    /** Batch sizes; all are compared with the first. */
    batches: { type: "string", default: "1,8,48" },
    rounds: { type: "string", default: "3" },
    /** Processes of their own that time phases. */
    "no-phases": { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    engine: { type: "string", default: "torch" },
    work: { type: "string", default: join(here, "work") },
    out: { type: "string", default: join(here, "results") },
    name: { type: "string" },
  },
});
const [questions, shared, rounds] = [values.questions, values.shared, values.rounds].map(Number);
const batches = values.batches.split(",").map(Number);
const folder = resolve(values.work);
const checkpoint = join(folder, values.shape);
await makeCheckpoint(checkpoint, shapes[values.shape]);

const images = await makeImages(
  join(folder, "images"),
  2 + questions + Math.ceil(questions / shared),
  [448, 448],
);
const sides = ["left", "right", "upper", "lower"];
/** Every question has words of its own, so that no two prompts are the same. */
const line = (index, image) =>
  JSON.stringify({
    id: `q${index}`,
    image,
    question: `Is there anything in the ${sides[index % 4]} part of region ${index}?`,
    answer: "no",
    kind: "closed",
  });
const sets = {
  warm: images.slice(0, 2),
  distinct: images.slice(2, 2 + questions),
  shared: Array.from({ length: questions }, (_, index) => images[2 + questions + Math.floor(index / shared)]),
};
for (const [set, files] of Object.entries(sets))
  await writeFile(
    join(folder, `${set}.jsonl`),
    `${files.map((file, index) => line(index, file)).join("\n")}\n`,
  );

const config = {
  name: "bench-eval",
  engine: { name: values.engine, threads: Number(values.threads) },
  model: { name: "qwen2-vl", path: checkpoint },
  algorithm: { name: "grpo" },
  data: {
    train: { name: "jsonl", path: "warm.jsonl" },
    evaluation: Object.fromEntries(
      Object.keys(sets).map((set) => [set, { name: "jsonl", path: `${set}.jsonl`, shuffle: false }]),
    ),
  },
  prompts: {
    name: "prompt-diversity",
    custom: [{ name: "plain", system: "Answer the question.", text: "{question}", use: "both" }],
  },
  rewards: [{ name: "format" }],
  evaluation: { maxNewTokens: Number(values.tokens), temperature: 0 },
  plugins: [join(here, "plugin.mjs")],
};
await writeFile(join(folder, "rarl.yaml"), JSON.stringify(config));

/** One process that evaluates all sets. */
async function evaluate(batch, isProfiled) {
  const result = join(folder, "result.json");
  await rm(result, { force: true });
  const parameters = ["eval", join(folder, "rarl.yaml"), "--quiet", "--overwrite"];
  const settings = ["--set", `evaluation.batchSize=${batch}`, "--output", join(folder, "evaluations")];
  const { status, stderr } = spawnSync(process.execPath, [cli, ...parameters, ...settings], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      RARL_BENCH_EVAL_RESULT: result,
      RARL_BENCH_EVAL_PROFILE: isProfiled ? "1" : "0",
    },
  });
  if (status !== 0) throw new Error(`eval ended with ${status}:\n${stderr}`);
  return JSON.parse(await readFile(result, "utf8"));
}

const measured = batches.map((batch) => ({ batch, rounds: [] }));
for (let round = 0; round < rounds; round++) {
  for (const side of measured) {
    side.rounds.push(await evaluate(side.batch, false));
    const told = side.rounds.at(-1).sets.map(({ label, seconds }) => `${label} ${seconds.toFixed(2)} s`);
    console.error(`round ${round + 1}, batch ${side.batch}: ${told.join(", ")}`);
  }
}
if (!values["no-phases"]) for (const side of measured) side.profiled = await evaluate(side.batch, true);

await mkdir(values.out, { recursive: true });
const report = {
  name: values.name ?? values.shape,
  parameters: parameterCount(shapes[values.shape]),
  settings: {
    questions,
    shared,
    tokens: Number(values.tokens),
    threads: Number(values.threads),
    engine: values.engine,
  },
  machine: machine(),
  libtorch: process.env.RARL_LIBTORCH === undefined ? "found by default" : "given by RARL_LIBTORCH",
  measured,
};
console.log(await writeReport(values.out, report));
