import type { EvaluationData } from "../evaluation/analysis/evaluation-data.js";
import type { RunData } from "./run-data.js";

/** What a reader of a run's report would look for in vain, and why; one sentence each. */
export function missingParts({ record, metrics, evaluations }: RunData): readonly string[] {
  const isRunning = record?.status === "running";
  return [
    ...(isRunning
      ? ["The run has not ended: what follows is as far as it is, or as it was when it was killed."]
      : []),
    ...(record !== null && metrics.length === 0
      ? ["No step was finished, so there are no learning curves."]
      : []),
    ...(evaluations.length === 0
      ? ["There is no evaluation: `rarl-sdk eval --run DIR` makes one of a finished run."]
      : []),
  ];
}

/** That an evaluation is not finished, and how far it is; null of a finished one. */
export function unfinishedNote({ record, predictions }: EvaluationData): string | null {
  if (record?.status !== "running") return null;
  const total = record.records === undefined ? "" : ` of ${record.records.kept}`;
  return `Not finished: figures are of the ${predictions.length}${total} questions answered so far.`;
}
