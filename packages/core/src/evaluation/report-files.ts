import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";
import { writeDirectoryAtomic } from "../files/atomic-directory.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { EvaluationReport, Prediction } from "../hooks/run-hooks.js";
import type { Verdict } from "../contracts/judge.js";
import { writeEvaluationRecord, type EvaluationRecord } from "./evaluation-record.js";
import { completionHash } from "./records/completion-hash.js";
import { predictionsFile, readPredictions, verdictsFile } from "./records/read-records.js";
import { PredictionRecorder } from "./records/record-prediction.js";

export const reportFile = "report.json";

/** Writes a finished evaluation into the folder `directory`, all or nothing. */
export async function writeReport(
  directory: string,
  report: EvaluationReport,
  record: EvaluationRecord,
): Promise<void> {
  await mkdir(join(directory, ".."), { recursive: true });
  await writeDirectoryAtomic(directory, async (temporary) => {
    await writeReportSummary(temporary, report);
    const endedAt = new Date().toISOString();
    await writeEvaluationRecord(temporary, { ...record, status: "finished", endedAt });
    const recorder = new PredictionRecorder(temporary);
    const lines: string[] = [];
    for (const prediction of report.predictions)
      lines.push(`${JSON.stringify(await recorder.record(prediction))}\n`);
    await writeFileAtomic(join(temporary, predictionsFile), lines.join(""));
  });
}

/** Writes `report.json`: the figures of an evaluation without its predictions. */
export async function writeReportSummary(
  directory: string,
  { label, metrics, groups }: EvaluationReport,
): Promise<void> {
  const summary = { label, metrics, groups };
  await writeFileAtomic(join(directory, reportFile), `${JSON.stringify(summary, null, 2)}\n`);
}

/** Reads an evaluation back, images as files; null when there is none. */
export async function readReport(directory: string): Promise<EvaluationReport | null> {
  const file = join(directory, reportFile);
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  let report: Omit<EvaluationReport, "predictions">;
  try {
    report = JSON.parse(text) as Omit<EvaluationReport, "predictions">;
  } catch (error) {
    throw rarlError("JSONL_INVALID", { file, line: 1, reason: (error as Error).message }, { cause: error });
  }
  return { ...report, predictions: await readPredictions(directory) };
}

/** Writes one judge's verdicts beside the predictions, one line a sample. */
export async function writeVerdicts(
  directory: string,
  judge: string,
  predictions: readonly Prediction[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const lines = predictions.map(({ sample, completion }, index) => {
    const about = { sampleId: sample.id, completionSha256: completionHash(completion) };
    return `${JSON.stringify({ ...about, ...verdicts[index] })}\n`;
  });
  await writeFileAtomic(verdictsFile(directory, judge), lines.join(""));
}
