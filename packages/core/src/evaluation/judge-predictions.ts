import type { Verdict } from "../contracts/judge.js";
import type { Prediction, RunHooks } from "../hooks/run-hooks.js";
import { writeVerdicts } from "./report-files.js";

/** Has every judge of the run grade the predictions and writes their verdicts beside them. */
export async function judgePredictions(
  hooks: Pick<RunHooks, "judge">,
  directory: string,
  predictions: readonly Prediction[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Verdict[]>> {
  const verdicts = new Map<string, readonly Verdict[]>();
  if (hooks.judge.taps.length === 0) return verdicts;
  const items = predictions.map(({ sample, completion }) => ({ sample, prediction: completion }));
  await hooks.judge.promise({ items, signal, verdicts });
  for (const [judge, list] of verdicts) await writeVerdicts(directory, judge, predictions, list);
  return verdicts;
}
