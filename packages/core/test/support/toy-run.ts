import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  applyOverrides,
  corePlugin,
  createKernel,
  parseConfig,
  runTraining,
  type Kernel,
  type Plugin,
  type RunEnd,
  type RunRequest,
} from "@rarl-sdk/core";
import { readJsonl } from "../../src/files/jsonl-reader.js";
import { toyPlugin } from "./toy-plugin.js";

export const toyConfig = {
  name: "toy",
  seed: 5,
  model: { name: "bigram" },
  adapter: { name: "delta" },
  algorithm: { name: "reinforce" },
  optimizer: { name: "momentum", learningRate: 0.5, schedule: { kind: "cosine", warmupSteps: 2 } },
  data: { train: { name: "toy-questions" } },
  prompts: { name: "toy-prompts" },
  textSimilarity: { name: "same-text" },
  rewards: [{ name: "says-yes" }, { name: "brevity", weight: 2 }],
  training: { steps: 6, checkpointEvery: 2, evaluateAfter: false },
};

export interface ToyRun extends Partial<Omit<RunRequest, "kernel" | "config">> {
  readonly directory: string;
  /** `key=value` as on the command line. */
  readonly set?: readonly string[];
  readonly plugins?: readonly Plugin[];
  /** Called with the kernel before the run, to tap hooks. */
  readonly tap?: (kernel: Kernel) => void;
}

/** A run of the toy plugin in `directory`. */
export async function toyRun({
  directory,
  set = [],
  plugins = [],
  tap,
  ...request
}: ToyRun): Promise<RunEnd> {
  const kernel = await createKernel({
    builtins: [corePlugin, toyPlugin, ...plugins],
    baseDirectory: directory,
  });
  const config = parseConfig(kernel, applyOverrides(toyConfig, set), "toy.yaml");
  tap?.(kernel);
  return runTraining({ kernel, config, baseDirectory: directory, ...request });
}

/** The records of a JSONL file in a run's folder. */
export async function recordsOf(directory: string, file: string): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  for await (const { value } of readJsonl(join(directory, file))) records.push({ ...value });
  return records;
}

/** What two runs must have in common to be the same run, bit for bit: everything but clocks and names. */
export async function fingerprintOf(directory: string, step: number): Promise<unknown> {
  const checkpoint = join(directory, "checkpoints", `checkpoint-${step}`);
  const read = (file: string) => readFile(join(checkpoint, file), "utf8");
  const metrics = await recordsOf(directory, "metrics.jsonl");
  for (const line of metrics) {
    expect(line["seconds"]).to.be.a("number");
    delete line["seconds"];
  }
  return {
    metrics,
    completions: await recordsOf(directory, "completions.jsonl"),
    weights: await read("delta.json").catch(() => read("model.json")),
    optimizer: await read("optimizer/velocity-0.json"),
    algorithm: await read("algorithm/baseline.json"),
    state: await read("trainer_state.json"),
  };
}
