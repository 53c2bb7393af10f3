// Engines side by side, and PyTorch itself in the same run where a Python with torch is given.
//   node --conditions=rarl-source --import tsx bench/engines/run.ts [--engines torch,wasm] [--python python3]
//     [--cases overhead,products,layer,decode,stored] [--threads N] [--rounds N]
//     [--out results.json]
// Of several rounds the quietest counts, case by case.
// With --python the engine torch uses the libtorch of that Python, so that both compute with the same one.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Measurement } from "./measure.js";
import { products, readBytes, shape, weightCopies } from "./shapes.js";

interface Subject {
  readonly name: string;
  readonly version?: string;
  readonly detail?: string;
  readonly unavailable?: string;
  readonly measurements?: readonly Measurement[];
}

const { values } = parseArgs({
  options: {
    engines: { type: "string", default: "torch,wasm" },
    python: { type: "string" },
    cases: { type: "string", default: "overhead,products,layer,decode" },
    threads: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "1" },
    out: { type: "string" },
  },
});
const threads = Number(values.threads);
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const environment = { ...process.env };
if (values.python !== undefined) {
  const find = "import torch, os; print(os.path.dirname(torch.__file__))";
  environment["RARL_LIBTORCH"] = execFileSync(values.python, ["-c", find], { encoding: "utf8" }).trim();
}

/** The last line a child prints. */
function lastLine(command: string, parameters: readonly string[]): Omit<Subject, "name"> {
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  const text = execFileSync(command, parameters, { encoding: "utf8", env: environment, stdio });
  const subject = JSON.parse(text.trim().split("\n").at(-1)!) as Omit<Subject, "name">;
  // Where a library lies is nobody else's business.
  return { ...subject, ...(subject.detail && { detail: subject.detail.replace(/ in [^,]+/, "") }) };
}

/** Measures one after another, so that a round meets the machine in about the same state. */
function measureAll(): Subject[] {
  const measured: Subject[] = [];
  for (const name of values.engines.split(",").filter((one) => one !== "")) {
    const script = ["--conditions=rarl-source", "--import", "tsx", here("measure-engine.ts")];
    console.error(`measuring ${name} …`);
    measured.push({ name, ...lastLine(process.execPath, [...script, name, String(threads), values.cases]) });
  }
  if (values.python !== undefined) {
    console.error("measuring PyTorch …");
    const plan = { threads, shape, products, weightCopies, readBytes, cases: values.cases.split(",") };
    const python = lastLine(values.python, [here("torch_eager.py"), JSON.stringify(plan)]);
    measured.push({ name: "PyTorch eager", ...python });
  }
  return measured;
}

/** Of each case the round with the lowest median, the one that other work on the machine disturbed least. */
function quietest(rounds: readonly Subject[]): Subject {
  const best = new Map<string, Measurement>();
  for (const one of rounds.flatMap(({ measurements }) => measurements ?? []))
    if (one.milliseconds < (best.get(one.name)?.milliseconds ?? Infinity)) best.set(one.name, one);
  return { ...rounds[0]!, ...(rounds[0]!.measurements && { measurements: [...best.values()] }) };
}

const rounds = Array.from({ length: Number(values.rounds) }, measureAll);
const subjects = rounds[0]!.map((_, index) => quietest(rounds.map((round) => round[index]!)));

const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  threads,
  node: process.version,
  rounds: rounds.length,
};
console.log(`${machine.cpu}, ${threads} threads, Node.js ${machine.node}\n`);
for (const { name, version, detail, unavailable } of subjects)
  console.log(`- ${name}: ${unavailable ?? `${version ?? ""}${detail === undefined ? "" : `, ${detail}`}`}`);
console.log(`\n${table(subjects)}`);
if (values.out !== undefined)
  writeFileSync(values.out, `${JSON.stringify({ machine, subjects }, null, 2)}\n`);

/** A row a case, a column a subject. */
function table(measured: readonly Subject[]): string {
  const columns = measured.filter(({ measurements }) => measurements !== undefined);
  const rows = [...new Set(columns.flatMap(({ measurements }) => measurements!.map(({ name }) => name)))];
  const cell = (one: Measurement | undefined): string => {
    if (one === undefined) return "";
    const { milliseconds, gigaflops, gigabytes, tokens } = one;
    const time = duration(milliseconds);
    if (tokens !== undefined) return `${tokens.toFixed(1)} tokens/s`;
    // Small products are bound by the memory, large ones by arithmetic.
    if (gigabytes !== undefined && (gigaflops === undefined || gigaflops < 2 * gigabytes * shape.decodeRows))
      return `${time}, ${gigabytes.toFixed(1)} GB/s`;
    return gigaflops === undefined ? time : `${time}, ${gigaflops.toFixed(0)} GFLOP/s`;
  };
  const lines = [
    ["", ...columns.map(({ name }) => name)],
    columns.map(() => "---:").toSpliced(0, 0, "---"),
    ...rows.map((row) => [
      row,
      ...columns.map(({ measurements }) => cell(measurements!.find(({ name }) => name === row))),
    ]),
  ];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function duration(milliseconds: number): string {
  if (milliseconds < 0.1) return `${(1000 * milliseconds).toFixed(1)} µs`;
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(3)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}
