import { access } from "node:fs/promises";
import type { Verdict } from "../contracts/judge.js";
import type { RarlError } from "../errors/rarl-error.js";
import type { Prediction, RunHooks } from "../hooks/run-hooks.js";
import { verdictsFile } from "./records/read-records.js";
import { writeVerdicts } from "./report-files.js";

export interface JudgedPredictions {
  readonly verdicts: ReadonlyMap<string, readonly Verdict[]>;
  /** By judge, of those that could not go on. */
  readonly failures: ReadonlyMap<string, RarlError>;
}

/** Has every judge of the run grade the predictions; their verdicts stand beside them. */
export async function judgePredictions(
  hooks: Pick<RunHooks, "judge">,
  directory: string,
  predictions: readonly Prediction[],
  signal: AbortSignal,
): Promise<JudgedPredictions> {
  const verdicts = new Map<string, readonly Verdict[]>();
  const failures = new Map<string, RarlError>();
  if (hooks.judge.taps.length === 0) return { verdicts, failures };
  const items = predictions.map(({ sample, completion }) => ({ sample, prediction: completion }));
  await hooks.judge.promise({ items, directory, signal, verdicts, failures });
  for (const [judge, list] of verdicts) {
    // Taps of plugins may answer without writing anything.
    const isWritten = await access(verdictsFile(directory, judge)).then(
      () => true,
      () => false,
    );
    if (!isWritten) await writeVerdicts(directory, judge, predictions, list);
  }
  return { verdicts, failures };
}
