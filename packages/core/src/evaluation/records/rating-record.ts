import { z } from "zod";

const bit = z.union([z.literal(0), z.literal(1)]).nullable();

/**
 * One line of `eval/<set>/ratings-<rater>.jsonl`. The file is append-only: of several lines about a sample the last
 * one counts, so undo appends a line that is `withdrawn`.
 */
export const ratingRecordSchema = z.looseObject({
  sampleId: z.string(),
  /** `completionHash` of what was rated: a rating of another completion is stale and never counted. */
  completionSha256: z.string(),
  rater: z.string(),
  /** `skipped`: the rater saw the item and would not score it; it counts as failed, not as 0. */
  state: z.enum(["rated", "skipped", "withdrawn"]),
  /** Null where the sample has no annotated reasoning, and unless `rated`. */
  reasoningScore: bit,
  /** Null unless `rated`. */
  predictionScore: bit,
  note: z.string(),
  /** ISO 8601, UTC. */
  ratedAt: z.string(),
});

export type RatingRecord = z.output<typeof ratingRecordSchema>;
