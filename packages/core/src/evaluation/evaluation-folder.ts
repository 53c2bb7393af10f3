import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "../errors/rarl-error.js";
import { JsonlWriter } from "../files/jsonl-writer.js";
import type { Prediction } from "../hooks/run-hooks.js";
import {
  identityDifferences,
  readEvaluationRecord,
  writeEvaluationRecord,
  type EvaluationRecord,
} from "./evaluation-record.js";
import { atFolder, predictionsFile, readPredictions } from "./records/read-records.js";
import { PredictionRecorder } from "./records/record-prediction.js";
import { reportFile, writeReportSummary } from "./report-files.js";
import type { EvaluationReport } from "../hooks/run-hooks.js";

/**
 * The folder of an evaluation while it is made: predictions are appended as they come, so that one that was killed
 * at any record goes on from there.
 */
export class EvaluationFolder {
  private appended = 0;

  private constructor(
    readonly path: string,
    private record: EvaluationRecord,
    /** What an interrupted evaluation left, by sample id. */
    readonly earlier: ReadonlyMap<string, Prediction>,
    private readonly writer: JsonlWriter,
    private readonly recorder: PredictionRecorder,
  ) {}

  /**
   * Begins an evaluation in the folder `path`, which is there, or takes up an interrupted one. Null when the same
   * evaluation is there and finished.
   * @throws RarlError `EVALUATION_CHANGED` when the folder holds one that was made otherwise, `OUTPUT_NOT_WRITABLE`
   */
  static async open(
    path: string,
    record: EvaluationRecord,
    options: { readonly overwrite: boolean },
  ): Promise<EvaluationFolder | null> {
    const old = options.overwrite ? null : await readEvaluationRecord(path);
    if (old === null) {
      if (options.overwrite) await clear(path);
      else await refuseForeign(path);
    } else {
      const changes = identityDifferences(old.identity, record.identity);
      if (changes.length > 0) throw rarlError("EVALUATION_CHANGED", { directory: path, changes });
      if (old.status === "finished") return null;
    }
    const current = { ...record, startedAt: old?.startedAt ?? record.startedAt };
    await writeEvaluationRecord(path, current);
    const writer = await JsonlWriter.open(join(path, predictionsFile));
    const predictions = await readPredictions(path);
    const earlier = new Map(predictions.map((prediction) => [prediction.sample.id, prediction]));
    return new EvaluationFolder(path, current, earlier, writer, new PredictionRecorder(path));
  }

  /** Appends predictions; what it answers names images on disk, so that a large set fits into memory. */
  async append(predictions: readonly Prediction[]): Promise<readonly Prediction[]> {
    const records = [];
    for (const prediction of predictions) records.push(await this.recorder.record(prediction));
    await this.writer.append(...records);
    this.appended += records.length;
    return records.map((record) => atFolder(record, this.path));
  }

  /** Writes the report and marks the evaluation as finished. */
  async finish(report: EvaluationReport): Promise<void> {
    await this.writer.sync();
    await writeReportSummary(this.path, report);
    this.record = { ...this.record, status: "finished", endedAt: new Date().toISOString() };
    await writeEvaluationRecord(this.path, this.record);
  }

  /** An evaluation that came to nothing, such as one in an unknown style, leaves nothing behind. */
  async close(): Promise<void> {
    await this.writer.close();
    const isEmpty = this.earlier.size === 0 && this.appended === 0;
    if (isEmpty && this.record.status !== "finished") await clear(this.path);
  }
}

/** Removes what an evaluation wrote, verdicts and ratings with it: they are about its predictions. */
async function clear(path: string): Promise<void> {
  const names = await readdir(path).catch(() => []);
  const own = /^(?:evaluation\.json|report\.json|predictions\.jsonl|images|(?:verdicts|ratings)-.+\.jsonl)$/;
  for (const name of names.filter((each) => own.test(each)))
    await rm(join(path, name), { recursive: true, force: true });
}

/** @throws RarlError `EVALUATION_CHANGED` when predictions of unknown making are there */
async function refuseForeign(path: string): Promise<void> {
  const names = await readdir(path).catch(() => []);
  if (names.some((name) => name === predictionsFile || name === reportFile)) {
    throw rarlError("EVALUATION_CHANGED", { directory: path, changes: ["evaluation.json is missing"] });
  }
}
