import type { Backbone } from "../contracts/backbone.js";
import type { Completion } from "../contracts/completion.js";
import type { Prompt } from "../contracts/prompt.js";
import type { RewardItem } from "../contracts/reward.js";
import type { Sample } from "../contracts/sample.js";
import type { EvaluationConfig } from "../config/run-config.js";
import { rarlError } from "../errors/rarl-error.js";
import type { EvaluationReport, EvaluationRequest, Prediction, RunHooks } from "../hooks/run-hooks.js";
import type { RandomStream } from "../random/random-stream.js";
import { answered } from "../run/answered.js";
import { scoreCompletions, weightedTotals, type RewardColumns } from "../run/score-completions.js";
import { parseCompletion } from "../text/parse-completion.js";
import { answerMatches } from "./answer-match.js";
import { evaluationGroups, evaluationMetrics } from "./evaluation-metrics.js";
import { ruleScores } from "./rules/rule-scores.js";
import { untaggedAnswer } from "./untagged-answer.js";

/** What an evaluation needs of a run. */
export interface EvaluationContext {
  readonly hooks: Pick<RunHooks, "prompt" | "rollout" | "score">;
  readonly backbone: Backbone;
  readonly rewards: RewardColumns;
  readonly settings: EvaluationConfig;
  readonly random: RandomStream;
}

/**
 * Asks every sample of a data set in one inference style and scores the completions by the run's rewards, by exact
 * match and by the rules of `settings.scores`. Batches of `settings.batchSize`; greedy at temperature 0. The adapter is on. What `request.earlier` has
 * is taken from there, and gives the same report as if nothing had been interrupted.
 * @throws what prompts, backbone and rewards throw, `SAMPLE_ID_DUPLICATE`, and the reason of an aborted
 *   `request.signal`
 */
export async function evaluate(
  request: EvaluationRequest,
  context: EvaluationContext,
): Promise<EvaluationReport> {
  const predictions: Prediction[] = [];
  const ids = new Set<string>();
  let batch: Sample[] = [];
  const finishBatch = async () => {
    request.signal.throwIfAborted();
    predictions.push(...(await completeBatch(batch, request, context)));
    batch = [];
  };
  for await (const sample of request.dataset) {
    const { id, origin } = sample;
    if (ids.has(id)) throw rarlError("SAMPLE_ID_DUPLICATE", { id, ...origin });
    ids.add(id);
    batch.push(sample);
    if (batch.length >= context.settings.batchSize) await finishBatch();
  }
  await finishBatch();
  return {
    label: request.label,
    predictions,
    metrics: evaluationMetrics(predictions),
    groups: evaluationGroups(predictions),
  };
}

/** The predictions of a batch, made or taken from an interrupted evaluation. */
async function completeBatch(
  batch: readonly Sample[],
  request: EvaluationRequest,
  context: EvaluationContext,
): Promise<readonly Prediction[]> {
  const earlier = request.earlier ?? new Map<string, Prediction>();
  const missing = batch.filter(({ id }) => !earlier.has(id));
  if (missing.length === 0) return batch.map(({ id }) => earlier.get(id)!);
  // Sampled completions depend on their place in the batch, so it is drawn again as a whole; greedy ones do not.
  const asked = context.settings.temperature === 0 ? missing : batch;
  const predicted = await predictBatch(asked, request, context);
  const fresh = predicted.filter(({ sample }) => !earlier.has(sample.id));
  const kept = (await request.record?.(fresh)) ?? fresh;
  const made = new Map(kept.map((prediction) => [prediction.sample.id, prediction]));
  return batch.map(({ id }) => earlier.get(id) ?? made.get(id)!);
}

async function predictBatch(
  samples: readonly Sample[],
  request: EvaluationRequest,
  { hooks, backbone, rewards, settings, random }: EvaluationContext,
): Promise<readonly Prediction[]> {
  const { style, signal } = request;
  const prompts: Prompt[] = [];
  for (const sample of samples) {
    const stream = random.fork("prompt").fork(sample.id);
    const draft = { sample, purpose: "evaluation" as const, style, random: stream, prompt: null };
    const { prompt } = await hooks.prompt.promise(draft);
    prompts.push({ ...answered("prompt", `sample ${sample.id}`, prompt), sampleId: sample.id });
  }
  const encoded = await backbone.encode(prompts, signal);
  // One stream a batch, named by its first sample, so that a batch does not depend on the ones before it.
  const stream = random.fork("rollout").fork(samples[0]!.id);
  const sampling = { completions: 1, maxNewTokens: settings.maxNewTokens, temperature: settings.temperature };
  const rollout = await hooks.rollout.promise({ prompts: encoded, sampling, random: stream, signal });
  const completions = answered("rollout", `${samples.length} prompts`, rollout).map((group) => group[0]!);
  // An aborted rollout is cut short: its completions are no predictions.
  signal.throwIfAborted();
  const items = samples.map((sample, index) => itemOf(sample, prompts[index]!, completions[index]!));
  const columns = await scoreCompletions(hooks, rewards, items, signal);
  const totals = weightedTotals(columns, rewards, items.length);
  return items.map((item, index) => {
    const scores = [...columns].map(([label, column]) => [label, column[index]!] as const);
    const promptTokens = encoded[index]!.tokenIds.length;
    const predicted = predictionOf(item, Object.fromEntries(scores), totals[index]!);
    const said = predicted.answer ?? untaggedAnswer(predicted.completion);
    return { ...predicted, promptTokens, scores: ruleScores(said, item.sample, settings.scores) };
  });
}

function itemOf(sample: Sample, prompt: Prompt, completion: Completion): RewardItem {
  const { text, tokenIds, finishReason } = completion;
  return { sample, prompt, completion: { text, tokenIds, finishReason }, parsed: parseCompletion(text) };
}

function predictionOf(
  { sample, prompt, completion, parsed }: RewardItem,
  rewards: Readonly<Record<string, number | null>>,
  reward: number | null,
): Omit<Prediction, "promptTokens" | "scores"> {
  const strict = parsed.answer !== null && answerMatches(parsed.answer, sample);
  return {
    sample,
    style: prompt.style,
    completion: completion.text,
    think: parsed.think,
    answer: parsed.answer,
    finishReason: completion.finishReason,
    tokens: completion.tokenIds.length,
    rewards,
    reward,
    strict,
    lenient: parsed.answer === null ? answerMatches(untaggedAnswer(completion.text), sample) : strict,
  };
}
