import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { effectiveConfig } from "../config/effective-config.js";
import type { RunConfig } from "../config/run-config.js";
import { rarlError } from "../errors/rarl-error.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Dataset } from "../contracts/data-source.js";
import { countRecords } from "../run/count-records.js";
import type { ActiveEngine } from "../hooks/run-hooks.js";

/** `evaluation.json`: what predictions were made with and how far they are. */
const evaluationRecordSchema = z.object({
  label: z.string(),
  /** Evaluation set by its name in the configuration. */
  set: z.string(),
  status: z.enum(["running", "finished"]),
  weights: z.object({
    /** `base`: the model as the configuration names it; `adapter`: with an adapter; `model`: all of it trained. */
    kind: z.enum(["base", "adapter", "model"]),
    /** Training step of the weights; null when they came from a folder. */
    step: z.int().nullable(),
    path: z.string().nullable(),
  }),
  /** Everything the predictions depend on, by name; an interrupted evaluation goes on only if nothing changed. */
  identity: z.record(z.string(), z.union([z.string(), z.number()])),
  /** What became of the data set's records: used, bad, left out by the selection. */
  records: z.object({ kept: z.int(), setAside: z.int(), leftOut: z.int() }).exactOptional(),
  sdk: z.string(),
  engine: z.object({ name: z.string(), version: z.string(), device: z.string() }),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});

export type EvaluationRecord = z.output<typeof evaluationRecordSchema>;
export type EvaluatedWeights = EvaluationRecord["weights"];

const evaluationRecordFile = "evaluation.json";

export async function writeEvaluationRecord(directory: string, record: EvaluationRecord): Promise<void> {
  await writeFileAtomic(join(directory, evaluationRecordFile), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * The record of an evaluation; null when there is none.
 * @throws RarlError `JSONL_INVALID` of one that cannot be understood
 */
export async function readEvaluationRecord(directory: string): Promise<EvaluationRecord | null> {
  const file = join(directory, evaluationRecordFile);
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return evaluationRecordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw rarlError("JSONL_INVALID", { file, line: 1, reason: (error as Error).message }, { cause: error });
  }
}

export interface IdentityFacts {
  readonly config: RunConfig;
  /** Fingerprint of the opened model. */
  readonly checkpoint: string;
  /** Fingerprint of the adapter's files, or `step-N`; `none` without one. */
  readonly weights: string;
  /** Fingerprint of the data set. */
  readonly data: string;
  readonly style: string;
}

/** What predictions depend on. A batch size does not count where completions are greedy. */
export function evaluationIdentity(facts: IdentityFacts): EvaluationRecord["identity"] {
  const { config, checkpoint, weights, data, style } = facts;
  const { maxNewTokens, temperature, batchSize, scores } = config.evaluation;
  const { prompts, rewards, textSimilarity, plugins, model } = effectiveConfig(config);
  return {
    checkpoint,
    weights,
    data,
    style,
    maxNewTokens,
    temperature,
    scores: scores.join(" "),
    ...(temperature > 0 && { seed: config.seed, batchSize }),
    // Where the checkpoint stands does not matter, only what is in it.
    model: hashOf({ ...(model as object), path: null }),
    prompts: hashOf(prompts),
    rewards: hashOf([rewards, textSimilarity]),
    plugins: hashOf(plugins),
  };
}

/** The record of an evaluation that begins now. */
export async function newEvaluationRecord(
  { label, set }: Pick<EvaluationRecord, "label" | "set">,
  weights: EvaluatedWeights,
  identity: EvaluationRecord["identity"],
  { engine, probe, device }: ActiveEngine,
  dataset: Dataset,
): Promise<EvaluationRecord> {
  const packageFile = new URL("../../package.json", import.meta.url);
  const { version } = JSON.parse(await readFile(packageFile, "utf8")) as { version: string };
  return {
    label,
    set,
    status: "running",
    weights,
    identity,
    records: { ...countRecords(dataset) },
    sdk: version,
    engine: { name: engine.name, version: probe.available ? probe.version : "unknown", device },
    startedAt: new Date().toISOString(),
    endedAt: null,
  };
}

/** Names of what differs. */
export function identityDifferences(
  before: EvaluationRecord["identity"],
  after: EvaluationRecord["identity"],
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => before[name] !== after[name]);
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
