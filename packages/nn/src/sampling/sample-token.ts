import { rarlError, type RandomStream } from "@rarl-sdk/core";
import { adjustLogits } from "./adjust-logits.js";
import type { SampledToken, SamplingRule } from "./sampling-rule.js";
import { keepMinP, keepTopK, keepTopP } from "./truncate.js";

/**
 * Draws the next token from one row of `logits` `[vocabulary]`, which it leaves as they are.
 *
 * Order: banned ids, repetition penalty over `history` (distinct ids of prompt and completion so far), temperature,
 * top-k, top-p, min-p, then one uniform number of `random` through the cumulative sum in double precision. At
 * temperature 0 the likeliest token, the lowest id on ties, and no random number is used.
 * @throws RarlError `LOGITS_NOT_FINITE`
 */
export function sampleToken(
  logits: Float32Array,
  history: ReadonlySet<number>,
  rule: SamplingRule,
  random: RandomStream,
): SampledToken {
  const { repetitionPenalty = 1, bannedIds = [] } = rule;
  const temperature = rule.temperature > 0 ? rule.temperature : 1;
  const weights = new Float64Array(logits.length);
  const largest = maximum(logits);
  const total = exponentials(logits, largest, temperature, weights);
  if (!(total > 0 && total < Infinity)) throw rarlError("LOGITS_NOT_FINITE", { vocabulary: logits.length });

  let scores = logits;
  const reweigh = (id: number) => {
    if (id < scores.length) weights[id] = Math.exp((scores[id]! - largest) / temperature);
  };
  if (bannedIds.length > 0 || (repetitionPenalty !== 1 && history.size > 0)) {
    scores = logits.slice();
    adjustLogits(scores, history, repetitionPenalty, bannedIds);
    const best = maximum(scores);
    if (best === -Infinity) throw rarlError("LOGITS_NOT_FINITE", { vocabulary: logits.length });
    if (best !== largest) exponentials(scores, best, temperature, weights);
    else for (const id of [...bannedIds, ...history]) reweigh(id);
  }
  const id = rule.temperature > 0 ? draw(scores, weights, rule, random) : scores.indexOf(maximum(scores));
  return { id, logProb: (logits[id]! - largest) / temperature - Math.log(total) };
}

function draw(scores: Float32Array, weights: Float64Array, rule: SamplingRule, random: RandomStream): number {
  const { topK = 0, topP = 1, minP = 0 } = rule;
  if (topK > 0 && topK < scores.length) keepTopK(scores, weights, topK);
  if (topP < 1) keepTopP(weights, topP);
  if (minP > 0) keepMinP(weights, minP);
  let total = 0;
  for (const weight of weights) total += weight;
  const target = random.uniform() * total;
  let cumulative = 0;
  let last = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id]!;
    if (weight === 0) continue;
    cumulative += weight;
    last = id;
    if (cumulative > target) break;
  }
  return last;
}

function maximum(values: Float32Array): number {
  let largest = -Infinity;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}

/** Fills `weights` with exp((score − largest) / temperature) and returns their sum. */
function exponentials(
  scores: Float32Array,
  largest: number,
  temperature: number,
  weights: Float64Array,
): number {
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = Math.exp((scores[i]! - largest) / temperature);
    weights[i] = weight;
    total += weight;
  }
  return total;
}
