import { join } from "node:path";
import type { RunConfig } from "../config/run-config.js";
import {
  evaluationIdentity,
  newEvaluationRecord,
  type EvaluationRecord,
} from "../evaluation/evaluation-record.js";
import { fingerprintDirectory } from "../files/fingerprint-directory.js";
import type { AssembledRun } from "./assemble.js";

interface EvaluationFacts {
  readonly label: string;
  readonly set: string;
  readonly style: string;
  readonly step: number;
}

/** What an evaluation of a run's weights, as they stand after `step`, is made with. */
export async function runEvaluationRecord(
  config: RunConfig,
  directory: string,
  { engine, parts, evaluationSets }: Pick<AssembledRun, "engine" | "parts" | "evaluationSets">,
  { label, set, style, step }: EvaluationFacts,
): Promise<EvaluationRecord> {
  const kind = parts.adapter === null ? ("model" as const) : ("adapter" as const);
  // The final weights stand in the run's folder by now; those of a step under way are known by its number.
  const path = label === set ? join(directory, kind) : null;
  const dataset = evaluationSets.get(set)!;
  const identity = evaluationIdentity({
    config,
    checkpoint: parts.backbone.fingerprint,
    weights: path === null ? `step-${step}` : await fingerprintDirectory(path),
    data: dataset.fingerprint,
    style,
  });
  return newEvaluationRecord({ label, set }, { kind, step, path }, identity, engine, dataset);
}
