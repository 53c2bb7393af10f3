import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";
import { writeDirectoryAtomic } from "../files/atomic-directory.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { EvaluationReport, Prediction } from "../hooks/run-hooks.js";
import type { Verdict } from "../contracts/judge.js";
import { completionHash } from "./records/completion-hash.js";
import { predictionsFile, readPredictions, verdictsFile } from "./records/read-records.js";
import { PredictionRecorder } from "./records/record-prediction.js";

/** Writes `report.json` and `predictions.jsonl` of an evaluation into the folder `directory`, all or nothing. */
export async function writeReport(directory: string, report: EvaluationReport): Promise<void> {
  await mkdir(join(directory, ".."), { recursive: true });
  await writeDirectoryAtomic(directory, async (temporary) => {
    const { label, metrics, groups, predictions } = report;
    await writeFileAtomic(
      join(temporary, "report.json"),
      `${JSON.stringify({ label, metrics, groups }, null, 2)}\n`,
    );
    const recorder = new PredictionRecorder(temporary);
    const lines: string[] = [];
    for (const prediction of predictions)
      lines.push(`${JSON.stringify(await recorder.record(prediction))}\n`);
    await writeFileAtomic(join(temporary, predictionsFile), lines.join(""));
  });
}

/** Reads an evaluation back, images as files; null when there is none. */
export async function readReport(directory: string): Promise<EvaluationReport | null> {
  const file = join(directory, "report.json");
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
