import { z } from "zod";
import type { Decision } from "./page/protocol.js";
import type { SessionItem } from "./rating-session.js";

/** UTF-16 units; the page's own limit. */
const longestNote = 4000;
const score = z.literal([0, 1]).nullable();

export const decisionSchema = z.object({
  item: z.string(),
  state: z.enum(["rated", "skipped"]),
  reasoningScore: score,
  predictionScore: score,
  note: z.string().max(longestNote),
  seconds: z.number().min(0),
});

export const ratingSchema = decisionSchema.extend({ ratedAt: z.iso.datetime() });

/** What is wrong with a decision on `item`, or null: it has the scores that the item asks for and no others. */
export function decisionProblem(decision: Decision, item: SessionItem | undefined): string | null {
  const { state, reasoningScore, predictionScore } = decision;
  if (item === undefined) return `there is no item ${decision.item}`;
  const isRated = state === "rated";
  const wantsReasoning = isRated && item.prediction.sample.reasoning !== undefined;
  if ((predictionScore !== null) !== isRated)
    return `item ${item.id} ${isRated ? "lacks" : "must not have"} a score of the answer`;
  if ((reasoningScore !== null) !== wantsReasoning)
    return `item ${item.id} ${wantsReasoning ? "lacks" : "must not have"} a score of the reasoning`;
  return null;
}
