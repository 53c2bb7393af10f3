import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { z } from "zod";
import type { Sample } from "../../contracts/sample.js";
import { rarlError } from "../../errors/rarl-error.js";
import { readJsonl } from "../../files/jsonl-reader.js";
import { predictionRecordSchema, type PredictionRecord } from "./prediction-record.js";
import { ratingRecordSchema, type RatingRecord } from "./rating-record.js";
import { verdictRecordSchema, type VerdictRecord } from "./verdict-record.js";

export const predictionsFile = "predictions.jsonl";

/**
 * The predictions of an evaluation, in order of their samples' first appearance, image paths absolute.
 * @throws RarlError `EVALUATION_NOT_FOUND`, `JSONL_INVALID` naming the line
 */
export async function readPredictions(directory: string): Promise<readonly PredictionRecord[]> {
  const file = join(directory, predictionsFile);
  const records = await readLast(file, predictionRecordSchema, ({ sample }) => sample.id).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw rarlError("EVALUATION_NOT_FOUND", { directory, missing: predictionsFile }, { cause: error });
    },
  );
  return [...records.values()].map((record) => atFolder(record, directory));
}

/** A record with absolute image paths; relative ones start at the folder of its evaluation. */
export function atFolder(record: PredictionRecord, directory: string): PredictionRecord {
  const images = record.sample.images.map((image) => ({ ...image, path: resolve(directory, image.path) }));
  return { ...record, sample: { ...record.sample, images } };
}

/** The sample of a prediction as the rest of the SDK wants it. */
export function sampleOfPrediction({ sample }: PredictionRecord): Sample {
  const images = sample.images.map(({ path, window }) => ({ path, ...(window !== undefined && { window }) }));
  return { ...sample, images };
}

/**
 * What every judge said, by judge and sample id, from `verdicts-<judge>.jsonl`.
 * @throws RarlError `JSONL_INVALID` naming the line
 */
export function readVerdicts(
  directory: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, VerdictRecord>>> {
  return readEach(directory, "verdicts", verdictRecordSchema);
}

/**
 * What every rater said, by rater and sample id, from `ratings-<rater>.jsonl`; withdrawn ratings are left out.
 * @throws RarlError `JSONL_INVALID` naming the line
 */
export async function readRatings(
  directory: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, RatingRecord>>> {
  const raters = await readEach(directory, "ratings", ratingRecordSchema);
  const standing = [...raters].map(
    ([rater, ratings]) =>
      [rater, new Map([...ratings].filter(([, { state }]) => state !== "withdrawn"))] as const,
  );
  return new Map(standing);
}

/**
 * What one judge said, by sample id; nothing where it has not said anything yet.
 * @throws RarlError `JSONL_INVALID` naming the line
 */
export async function readVerdictsOf(
  directory: string,
  judge: string,
): Promise<ReadonlyMap<string, VerdictRecord>> {
  return readLast(verdictsFile(directory, judge), verdictRecordSchema, ({ sampleId }) => sampleId).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return new Map<string, VerdictRecord>();
    },
  );
}

/** Where a judge's verdicts on an evaluation are. */
export function verdictsFile(directory: string, judge: string): string {
  return join(directory, `verdicts-${judge}.jsonl`);
}

async function readEach<Schema extends z.ZodType<{ readonly sampleId: string }>>(
  directory: string,
  kind: "verdicts" | "ratings",
  schema: Schema,
): Promise<Map<string, Map<string, z.output<Schema>>>> {
  const names = (await readdir(directory)).sort();
  const found = new Map<string, Map<string, z.output<Schema>>>();
  for (const name of names) {
    const grader = new RegExp(`^${kind}-(.+)\\.jsonl$`).exec(name)?.[1];
    if (grader === undefined) continue;
    found.set(grader, await readLast(join(directory, name), schema, ({ sampleId }) => sampleId));
  }
  return found;
}

/** Records by key, the last of a key where it first stood. */
async function readLast<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  keyOf: (record: z.output<Schema>) => string,
): Promise<Map<string, z.output<Schema>>> {
  const records = new Map<string, z.output<Schema>>();
  for await (const { line, value } of readJsonl(file)) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const reason = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`;
      throw rarlError("JSONL_INVALID", { file, line, reason });
    }
    records.set(keyOf(parsed.data), parsed.data);
  }
  return records;
}
