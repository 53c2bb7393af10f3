import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import {
  completionHash,
  randomStream,
  rarlError,
  readPredictions,
  type PredictionRecord,
} from "@rarl-sdk/core";

/** One prediction to be rated. */
export interface SessionItem {
  /** A number that says nothing of sample and system. */
  readonly id: string;
  /** The evaluation folder that the rating goes into. */
  readonly folder: string;
  readonly prediction: PredictionRecord;
  readonly completionSha256: string;
}

export interface SessionRequest {
  /** Evaluation folders, one or several a system. */
  readonly folders: readonly string[];
  readonly seed: number;
  /** Rate so many samples only, drawn by the seed; every folder's predictions of them. Null for all. */
  readonly limit: number | null;
}

/** The predictions that raters are to see, numbered blindly. The same folders, seed and limit give the same session. */
export interface RatingSession {
  /** SHA-256 over what is rated and in which order, hex. */
  readonly id: string;
  readonly seed: number;
  readonly limit: number | null;
  readonly folders: readonly string[];
  readonly items: ReadonlyMap<string, SessionItem>;
  /** Ids in the order of a rater; each has another one. */
  orderFor(rater: string): readonly string[];
}

/** @throws RarlError `EVALUATION_NOT_FOUND`, `JSONL_INVALID`, `DATA_EMPTY` */
export async function openSession({ folders, seed, limit }: SessionRequest): Promise<RatingSession> {
  const evaluations = new Map<string, readonly PredictionRecord[]>();
  for (const folder of folders) {
    const predictions = await readPredictions(folder);
    evaluations.set(await realpath(folder), predictions);
  }
  const sorted = [...evaluations].sort(([, a], [, b]) =>
    digest(a.map(about)) < digest(b.map(about)) ? -1 : 1,
  );
  const random = randomStream(seed).fork("human-ratings");
  const chosen = chooseSamples(
    sorted.flatMap(([, predictions]) => predictions),
    limit,
    (names) => random.fork("samples").shuffle(names),
  );
  const rated = sorted.flatMap(([folder, predictions]) =>
    predictions.filter((each) => chosen.has(sampleName(each))).map((prediction) => ({ folder, prediction })),
  );
  if (rated.length === 0) {
    throw rarlError("DATA_EMPTY", { file: folders.join(", "), reason: "there are no predictions to rate" });
  }
  const items = random
    .fork("ids")
    .shuffle(rated)
    .map(({ folder, prediction }, index): SessionItem => ({
      id: String(index + 1),
      folder,
      prediction,
      completionSha256: completionHash(prediction.completion),
    }));
  return {
    id: digest([seed, limit, items.map(({ prediction }) => about(prediction))]),
    seed,
    limit,
    folders: sorted.map(([folder]) => folder),
    items: new Map(items.map((item) => [item.id, item])),
    orderFor: (rater) =>
      random
        .fork("order")
        .fork(rater.toLowerCase())
        .shuffle(items.map(({ id }) => id)),
  };
}

function chooseSamples(
  predictions: readonly PredictionRecord[],
  limit: number | null,
  shuffle: (names: readonly string[]) => string[],
): ReadonlySet<string> {
  const names = [...new Set(predictions.map(sampleName))].sort();
  return new Set(limit === null ? names : shuffle(names).slice(0, limit));
}

/** The same for the predictions of several systems on one sample; ids alone are unique within their set only. */
function sampleName({ sample }: PredictionRecord): string {
  return JSON.stringify([sample.id, sample.question, sample.answer]);
}

/** What a rater sees of a prediction, apart from the images' pixels. */
function about({ sample, completion }: PredictionRecord): unknown {
  return [sample.id, sample.question, sample.answer, sample.reasoning ?? null, completion];
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
