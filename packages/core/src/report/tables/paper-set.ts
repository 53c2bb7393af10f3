import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import type { MedicalSet } from "./paper-results.js";

const names: readonly (readonly [MedicalSet, RegExp])[] = [
  ["vqa-rad", /vqa-?rad/],
  ["slake", /slake/],
  ["vqa-med", /vqa-?med/],
  ["path-vqa", /path-?vqa/],
  ["own", /^own|silvar/],
];

/** Name of the evaluated set in the configuration. */
export function setName({ record, label }: EvaluationData): string {
  return record?.set ?? label;
}

/**
 * Which of the paper's medical sets an evaluation is about, by the set's name. A set of another name whose samples have
 * annotated reasoning stands where the paper has its own test set. Null for none of them.
 */
export function paperSet(evaluation: EvaluationData): MedicalSet | null {
  const name = setName(evaluation).toLowerCase().replaceAll("_", "-");
  const known = names.find(([, pattern]) => pattern.test(name));
  if (known !== undefined) return known[0];
  return evaluation.predictions.some(({ sample }) => sample.reasoning !== undefined) ? "own" : null;
}
