import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { readEvaluation, type EvaluationData } from "../evaluation/analysis/evaluation-data.js";
import { predictionsFile } from "../evaluation/records/read-records.js";
import { rarlError } from "../errors/rarl-error.js";
import { readJsonl } from "../files/jsonl-reader.js";
import { readRunRecord, type RunRecord } from "../run/run-record.js";

/** What a run's folder tells. */
export interface RunData {
  readonly directory: string;
  readonly name: string;
  /** Null when the folder holds evaluations and no run. */
  readonly record: RunRecord | null;
  /** The effective configuration as it stands in the folder; null without one. */
  readonly config: string | null;
  /** Lines of `metrics.jsonl`. */
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  /** By label, those before training first. */
  readonly evaluations: readonly EvaluationData[];
}

/**
 * Reads a run's folder, an evaluation's folder, or a folder of evaluations.
 * @throws RarlError `EVALUATION_NOT_FOUND`, `JSONL_INVALID` naming the line, `RUN_NOT_FOUND` for a broken run.json
 */
export async function readRun(directory: string): Promise<RunData> {
  const path = resolve(directory);
  const hasRun = await exists(join(path, "run.json"));
  const isEvaluation = await exists(join(path, predictionsFile));
  const folders = isEvaluation ? [path] : await evaluationFolders(hasRun ? join(path, "eval") : path);
  if (!hasRun && folders.length === 0) {
    throw rarlError("EVALUATION_NOT_FOUND", { directory: path, missing: `run.json or ${predictionsFile}` });
  }
  const evaluations: EvaluationData[] = [];
  for (const folder of folders) evaluations.push(await readEvaluation(folder));
  const metrics: Readonly<Record<string, unknown>>[] = [];
  const metricsFile = join(path, "metrics.jsonl");
  if (await exists(metricsFile)) for await (const { value } of readJsonl(metricsFile)) metrics.push(value);
  return {
    directory: path,
    name: basename(path),
    record: hasRun ? await readRunRecord(path) : null,
    config: await readFile(join(path, "config.yaml"), "utf8").catch(() => null),
    metrics,
    evaluations,
  };
}

async function evaluationFolders(parent: string): Promise<readonly string[]> {
  const names = (await readdir(parent).catch(() => [])).filter((name) => !name.startsWith("."));
  const folders: string[] = [];
  for (const name of names.sort(byStage)) {
    const folder = join(parent, name);
    if (await exists(join(folder, predictionsFile))) folders.push(folder);
  }
  return folders;
}

/** `test-before`, then `test-step-50`, `test-step-100`, then `test`. */
function byStage(a: string, b: string): number {
  const stageOf = (name: string) => {
    if (name.endsWith("-before") || name.endsWith("-base")) return -1;
    const step = /-step-(\d+)$/.exec(name)?.[1];
    return step === undefined ? Infinity : Number(step);
  };
  const [first, second] = [stageOf(a), stageOf(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a < b ? -1 : 1;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
