import { z } from "zod";

const about = {
  sampleId: z.string(),
  /** `completionHash` of what was graded: a verdict on another completion is stale and never counted. */
  completionSha256: z.string(),
  /** Model id that the provider says it used; null for a judge without one. */
  model: z.string().nullish(),
  inputTokens: z.int().nullish(),
  outputTokens: z.int().nullish(),
  /** US dollars by the price table in use. */
  cost: z.number().nullish(),
  /** Answered from the cache: nothing was sent. */
  isCached: z.boolean().nullish(),
  /** ISO 8601, UTC. */
  gradedAt: z.string().nullish(),
};

const score = z.number().min(0).max(1);

const valid = z.looseObject({
  ...about,
  state: z.literal("valid"),
  /** Null where the sample has no annotated reasoning. */
  reasoningScore: score.nullable(),
  predictionScore: score,
  justification: z.string(),
});

const failed = z.looseObject({
  ...about,
  state: z.enum(["refused", "unparseable", "error"]),
  detail: z.string(),
});

/**
 * One line of `eval/<set>/verdicts-<judge>.jsonl`. The file is append-only: of several lines about a sample the last
 * one counts. Fields of the judge's own are kept.
 */
export const verdictRecordSchema = z.discriminatedUnion("state", [valid, failed]);

export type VerdictRecord = z.output<typeof verdictRecordSchema>;
