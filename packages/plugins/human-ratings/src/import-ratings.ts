import { readFile } from "node:fs/promises";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { decisionProblem, ratingSchema } from "./decision.js";
import type { Rating } from "./page/protocol.js";
import { raterName } from "./rater-name.js";
import type { RatingLog } from "./rating-log.js";
import type { RatingSession } from "./rating-session.js";

const ratingsFileSchema = z.object({
  format: z.literal("rarl-ratings"),
  version: z.literal(1),
  session: z.string(),
  seed: z.int(),
  limit: z.int().nullable(),
  rater: z.string(),
  ratings: z.array(ratingSchema),
});

/** A file that a rater without a server handed in. */
export interface HandedIn {
  readonly file: string;
  readonly session: string;
  readonly seed: number;
  readonly limit: number | null;
  readonly rater: string;
  readonly ratings: readonly Rating[];
}

export interface ImportResult {
  readonly file: string;
  readonly rater: string;
  readonly taken: number;
  /** Ratings that were there already, or are older than one of the same item that was. */
  readonly known: number;
}

/** @throws RarlError `RATINGS_FILE_INVALID`, `RATER_NAME_INVALID` */
export async function readHandedIn(file: string): Promise<HandedIn> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "it does not exist" : message;
    throw rarlError("RATINGS_FILE_INVALID", { file, problem }, { cause: error });
  }
  const parsed = ratingsFileSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const problem = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`;
    throw rarlError("RATINGS_FILE_INVALID", { file, problem });
  }
  return { file, ...parsed.data, rater: raterName(parsed.data.rater) };
}

/**
 * Adds ratings that were handed in to the log. Reading a file twice changes nothing; of two ratings of an item by the
 * same rater the later one stands. A file is checked as a whole before anything of it is taken.
 * @throws RarlError `RATINGS_OF_OTHER_PREDICTIONS`, `RATINGS_FILE_INVALID`, and what `RatingLog.put` throws
 */
export async function importRatings(
  { file, session: id, rater, ratings }: HandedIn,
  session: RatingSession,
  log: RatingLog,
): Promise<ImportResult> {
  if (id !== session.id) throw rarlError("RATINGS_OF_OTHER_PREDICTIONS", { file });
  for (const rating of ratings) {
    const problem = decisionProblem(rating, session.items.get(rating.item));
    if (problem !== null) throw rarlError("RATINGS_FILE_INVALID", { file, problem });
  }
  const there = log.of(rater);
  let taken = 0;
  for (const { ratedAt, ...decision } of ratings) {
    const known = there.ratings.get(decision.item);
    if (known !== undefined && Date.parse(known.ratedAt) >= Date.parse(ratedAt)) continue;
    await log.put(there.rater, decision, ratedAt);
    taken++;
  }
  return { file, rater: there.rater, taken, known: ratings.length - taken };
}
