import { parseCompletion } from "../../text/parse-completion.js";
import type { PredictionRecord } from "../records/prediction-record.js";
import type { EvaluationData, Grader } from "./evaluation-data.js";

/** Something that gives predictions a score. */
export interface Measure {
  /** Unique name, such as `accuracy_strict`, `scores/bleu_1` or `judge:rule/prediction`. */
  readonly name: string;
  readonly title: string;
  /** `rate` is in [0, 1] and shown in per cent. */
  readonly unit: "rate" | "tokens" | "points";
  /** Whether a prediction is to be scored at all, such as by reasoning only where it is annotated. */
  readonly applies: (prediction: PredictionRecord) => boolean;
  /** Null when it should have a score and has none. */
  readonly score: (prediction: PredictionRecord) => number | null;
}

const always = () => true;

const ruleMeasures: readonly Measure[] = [
  {
    name: "accuracy_strict",
    title: "Accuracy, strict",
    unit: "rate",
    applies: always,
    score: ({ strict }) => Number(strict),
  },
  {
    name: "accuracy_lenient",
    title: "Accuracy, lenient",
    unit: "rate",
    applies: always,
    score: ({ lenient }) => Number(lenient),
  },
  {
    name: "format",
    title: "Full format",
    unit: "rate",
    applies: always,
    score: ({ completion }) => Number(parseCompletion(completion).format === "full"),
  },
  {
    name: "tokens",
    title: "Length, tokens",
    unit: "tokens",
    applies: always,
    score: ({ tokens }) => tokens,
  },
];

/** All measures of an evaluation: rules, rule scores, then graders. */
export function measuresOf({ predictions, graders }: EvaluationData): readonly Measure[] {
  // A score that applies to none of the questions is no measure of the set.
  const applying = predictions.flatMap(({ scores }) =>
    Object.entries(scores).filter(([, score]) => score !== null),
  );
  const scores = new Set(applying.map(([name]) => name));
  return [
    ...ruleMeasures,
    ...[...scores].map(ruleScore),
    ...graders.flatMap((grader) => graderMeasures(grader, predictions)),
  ];
}

function ruleScore(name: string): Measure {
  return {
    name: `scores/${name}`,
    title: name.replaceAll("_", " "),
    unit: "rate",
    applies: ({ scores }) => scores[name] !== null && scores[name] !== undefined,
    score: ({ scores }) => scores[name] ?? null,
  };
}

export type GradeTarget = "reasoning" | "prediction";

/** Whether a grade of that kind is due: reasoning is compared with an annotation, so only where there is one. */
export function isGradeDue(target: GradeTarget, { sample }: PredictionRecord): boolean {
  return target === "prediction" || sample.reasoning !== undefined;
}

function graderMeasures(grader: Grader, predictions: readonly PredictionRecord[]): Measure[] {
  const { kind, name, grades } = grader;
  const hasReasoning = predictions.some((prediction) => isGradeDue("reasoning", prediction));
  const targets: readonly GradeTarget[] = hasReasoning ? ["reasoning", "prediction"] : ["prediction"];
  return targets.map((target) => ({
    name: `${kind}:${name}/${target}`,
    title: `${target === "reasoning" ? "Reasoning" : "Final"}, ${kind} ${name}`,
    unit: "rate",
    applies: (prediction) => isGradeDue(target, prediction),
    score: ({ sample }) => grades.get(sample.id)?.[target] ?? null,
  }));
}

/** Predictions about the same images share a cluster; one without images, or of unknown ones, stands alone. */
export function clusterOf({ sample }: PredictionRecord): string {
  const { images, id } = sample;
  if (images.length === 0) return `sample ${id}`;
  return images.map(({ sha256, path }) => sha256 ?? path).join(" ");
}
