// Measures one GRPO step of ours and of TRL on the same checkpoint, images, prompt and settings; see README.md.
//   node bench/grpo-step/run.mjs --python PYTHON [--shape 38m|2b] [--rounds 5] [--growth] [--no-peer] [--out FOLDER]
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machine, measureRates } from "./machine.mjs";
import { makeCheckpoint, makeImages } from "./make-checkpoint.mjs";
import { growthCases, measureCase } from "./measure.mjs";
import { writeReport } from "./report.mjs";
import { parameterCount, shapes } from "./shapes.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values } = parseArgs({
  options: {
    /** Interpreter with trl; none measures our side alone. */
    python: { type: "string", default: process.env["RARL_BENCH_PYTHON"] ?? "" },
    shape: { type: "string", default: "38m" },
    rounds: { type: "string", default: "5" },
    "peer-rounds": { type: "string" },
    growth: { type: "boolean", default: false },
    "no-peer": { type: "boolean", default: false },
    /** TRL with gradient checkpointing (its default), without, or both. */
    "peer-checkpointing": { type: "string", default: "both" },
    "group-size": { type: "string" },
    tokens: { type: "string" },
    threads: { type: "string", default: "2" },
    device: { type: "string", default: "cpu" },
    "peer-dtype": { type: "string" },
    engine: { type: "string", default: "torch" },
    work: { type: "string", default: join(here, "work") },
    out: { type: "string", default: join(here, "results") },
  },
});
const shape = shapes[values.shape];
if (shape === undefined)
  throw new Error(`no shape ${values.shape}; there are ${Object.keys(shapes).join(", ")}`);
const isLarge = values.shape === "2b";
const folder = resolve(values.work);
const rounds = Number(values.rounds);
const peers = { on: [true], off: [false], both: [true, false] }[values["peer-checkpointing"]];
const python = values["no-peer"] ? "" : values.python;

const checkpoint = join(folder, values.shape);
console.error(`checkpoint ${values.shape}: ${parameterCount(shape).toLocaleString("en-US")} parameters`);
await makeCheckpoint(checkpoint, shape);

const base = {
  folder,
  checkpoint,
  shape,
  imageSize: [448, 448],
  system: "Answer the question.",
  question: "Is the left lung healthy?",
  groupSize: Number(values["group-size"] ?? (isLarge ? 4 : 8)),
  maxNewTokens: Number(values.tokens ?? (isLarge ? 64 : 128)),
  beta: 0.04,
  learningRate: 1e-5,
  targets: ["q_proj", "k_proj", "v_proj", "o_proj"],
  threads: Number(values.threads),
  device: values.device,
  engine: values.engine,
  plugins: values.engine === "torch" ? ["@rarl-sdk/engine-torch"] : [],
  dtype: values["peer-dtype"] ?? "float32",
};
const cases = values.growth ? growthCases(base) : [base];
const measured = [];
try {
  for (const settings of cases) {
    // One more for the first, which is not counted.
    settings.images = await makeImages(join(folder, "images"), Math.max(rounds + 1, 4), settings.imageSize);
    settings.steps = rounds + 1;
    settings.peerSteps = Number(values["peer-rounds"] ?? rounds) + 1;
    measured.push(await measureCase(settings, { python, peers, rates: () => measureRates(base.threads) }));
  }
} finally {
  for (const side of ["ours", "ours-profiled", "peer"])
    await rm(join(folder, side), { recursive: true, force: true });
}
await mkdir(values.out, { recursive: true });
const name = values.growth ? `${values.shape}-growth` : values.shape;
const report = { name, shape: values.shape, parameters: parameterCount(shape), machine: machine(), measured };
console.log(await writeReport(values.out, report));
