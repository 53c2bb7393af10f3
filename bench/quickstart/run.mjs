// Repeats the quickstart for several seeds and for its control, random rewards, and prints held-out results.
//   node bench/quickstart/run.mjs [--seeds 0,1,2] [--fresh] [--steps 150] [--engine torch] [--out results.json]
// --fresh also evaluates on 1,000 further questions that nothing was tuned on (makes them first).
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = join(root, "examples/quickstart");
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0,1,2" },
    steps: { type: "string", default: "150" },
    fresh: { type: "boolean", default: false },
    engine: { type: "string", default: "wasm" },
    out: { type: "string" },
  },
});

const extra = [`training.steps=${values.steps}`, `engine.name=${values.engine}`];
if (values.fresh) {
  const fresh = join(example, "work/fresh/fresh.jsonl");
  if (!existsSync(fresh)) {
    run(["--conditions=rarl-source", "--import", "tsx", join(example, "make/make.ts"), "fresh"]);
  }
  extra.push(`data.evaluation.fresh={name: jsonl, path: ${JSON.stringify(fresh)}, shuffle: false}`);
}

const output = mkdtempSync(join(tmpdir(), "rarl-quickstart-"));
const results = [];
const control = [
  `plugins=${JSON.stringify([join(example, "asked-style.mjs"), fileURLToPath(new URL("random-reward.mjs", import.meta.url))])}`,
  "rewards=[{name: format, weight: 0}, {name: length, weight: 0}, {name: accuracy, weight: 0}, {name: reasoning, weight: 0}, {name: random}]",
];
const seeds = values.seeds.split(",").map(Number);
try {
  for (const seed of seeds) train(`RARL, seed ${seed}`, [`seed=${seed}`]);
  train(`random rewards, seed ${seeds[0]}`, [`seed=${seeds[0]}`, ...control]);
} finally {
  rmSync(output, { recursive: true, force: true });
}
const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
console.log(JSON.stringify(machine));
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ machine, results }, null, 2)}\n`);

function train(title, overrides) {
  const sets = [...extra, ...overrides].flatMap((override) => ["--set", override]);
  const cli = join(root, "packages/cli/bin/run.js");
  const start = performance.now();
  const stdout = run([cli, "run", join(example, "rarl.yaml"), "--json", "--output", output, ...sets]);
  const seconds = (performance.now() - start) / 1000;
  const { evaluations } = JSON.parse(stdout);
  for (const [label, { metrics }] of Object.entries(evaluations)) {
    const row = { run: title, set: label, seconds, ...metrics };
    results.push(row);
    const show = (name) => `${name} ${metrics[name]?.toFixed(3)}`;
    const columns = ["accuracy_strict", "accuracy_lenient", "format", "reward"].map(show).join("  ");
    console.log(`${title.padEnd(24)} ${label.padEnd(14)} ${columns}  (${seconds.toFixed(0)} s)`);
  }
}

function run(parameters) {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${parameters.join(" ")} failed:\n${stderr}${stdout}`);
  return stdout;
}
