import { basename, dirname, join, resolve } from "node:path";
import { readEvaluationRecord, type EvaluationRecord } from "../evaluation-record.js";
import { completionHash } from "../records/completion-hash.js";
import type { PredictionRecord } from "../records/prediction-record.js";
import { readPredictions, readRatings, readVerdicts } from "../records/read-records.js";

/** One grader's word on one prediction; a score is null where there is none, and never 0 in its place. */
export interface Grade {
  readonly reasoning: number | null;
  readonly prediction: number | null;
  /** The judge's justification or the rater's note; why there is no score where there is none. */
  readonly remark: string;
}

/** A judge or a human rater of an evaluation. */
export interface Grader {
  readonly kind: "judge" | "rater";
  readonly name: string;
  /** By sample id. */
  readonly grades: ReadonlyMap<string, Grade>;
  /** Verdicts left out because they are about another completion than the prediction's. */
  readonly stale: number;
}

/** An evaluation read back, with everyone who graded it. */
export interface EvaluationData {
  readonly directory: string;
  /** `<run>/<label>`. */
  readonly name: string;
  readonly label: string;
  /** Null for an evaluation that was made before there were records. */
  readonly record: EvaluationRecord | null;
  readonly predictions: readonly PredictionRecord[];
  readonly graders: readonly Grader[];
}

/**
 * Reads an evaluation's folder.
 * @throws RarlError `EVALUATION_NOT_FOUND`, `JSONL_INVALID` naming the line
 */
export async function readEvaluation(directory: string): Promise<EvaluationData> {
  const path = resolve(directory);
  const predictions = await readPredictions(path);
  const hashes = new Map(
    predictions.map(({ sample, completion }) => [sample.id, completionHash(completion)]),
  );
  const graders: Grader[] = [];
  for (const [name, verdicts] of await readVerdicts(path)) {
    graders.push(graderOf("judge", name, verdicts, hashes, gradeOfVerdict));
  }
  for (const [name, ratings] of await readRatings(path)) {
    graders.push(graderOf("rater", name, ratings, hashes, gradeOfRating));
  }
  const label = basename(path);
  return {
    directory: path,
    name: nameOf(path, label),
    label,
    record: await readEvaluationRecord(path),
    predictions,
    graders,
  };
}

type Verdicts = Awaited<ReturnType<typeof readVerdicts>>;
type Verdict = Verdicts extends ReadonlyMap<string, ReadonlyMap<string, infer Item>> ? Item : never;
type Ratings = Awaited<ReturnType<typeof readRatings>>;
type Rating = Ratings extends ReadonlyMap<string, ReadonlyMap<string, infer Item>> ? Item : never;

function gradeOfVerdict(verdict: Verdict): Grade {
  if (verdict.state !== "valid") {
    return { reasoning: null, prediction: null, remark: `${verdict.state}: ${verdict.detail}` };
  }
  const { reasoningScore, predictionScore, justification } = verdict;
  return { reasoning: reasoningScore, prediction: predictionScore, remark: justification };
}

function gradeOfRating({ state, reasoningScore, predictionScore, note }: Rating): Grade {
  const isRated = state === "rated";
  return {
    reasoning: isRated ? reasoningScore : null,
    prediction: isRated ? predictionScore : null,
    remark: note,
  };
}

function graderOf<Item extends { readonly completionSha256: string }>(
  kind: Grader["kind"],
  name: string,
  items: ReadonlyMap<string, Item>,
  hashes: ReadonlyMap<string, string>,
  gradeOf: (item: Item) => Grade,
): Grader {
  const current = [...items].filter(([id, item]) => hashes.get(id) === item.completionSha256);
  const grades = new Map(current.map(([id, item]) => [id, gradeOf(item)]));
  return { kind, name, grades, stale: items.size - grades.size };
}

/** Of `runs/<run>/eval/<label>` the run and the label; elsewhere the parent folder and the label. */
function nameOf(path: string, label: string): string {
  const parent = dirname(path);
  const owner = basename(parent) === "eval" ? basename(join(parent, "..")) : basename(parent);
  return `${owner}/${label}`;
}
