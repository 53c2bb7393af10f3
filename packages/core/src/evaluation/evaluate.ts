import type { Backbone } from "../contracts/backbone.js";
import type { Completion } from "../contracts/completion.js";
import type { Prompt } from "../contracts/prompt.js";
import type { RewardItem } from "../contracts/reward.js";
import type { Sample } from "../contracts/sample.js";
import type { EvaluationConfig } from "../config/run-config.js";
import type { EvaluationReport, EvaluationRequest, Prediction, RunHooks } from "../hooks/run-hooks.js";
import type { RandomStream } from "../random/random-stream.js";
import { answered } from "../run/answered.js";
import { scoreCompletions, weightedTotals, type RewardColumns } from "../run/score-completions.js";
import { parseCompletion } from "../text/parse-completion.js";
import { answerMatches } from "./answer-match.js";
import { evaluationGroups, evaluationMetrics } from "./evaluation-metrics.js";
import { untaggedAnswer } from "./untagged-answer.js";

/** What an evaluation needs of a run. */
export interface EvaluationContext {
  readonly hooks: Pick<RunHooks, "prompt" | "rollout" | "score">;
  readonly backbone: Backbone;
  readonly rewards: RewardColumns;
  readonly settings: EvaluationConfig;
  readonly random: RandomStream;
  /** Called after every batch with the number of samples done, for progress. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Asks every sample of a data set in one inference style and scores the completions by the run's rewards and by
 * exact match. Batches of `settings.batchSize`; greedy at temperature 0. The adapter is on.
 * @throws what prompts, backbone and rewards throw, and the reason of an aborted `request.signal`
 */
export async function evaluate(
  request: EvaluationRequest,
  context: EvaluationContext,
): Promise<EvaluationReport> {
  const predictions: Prediction[] = [];
  let batch: Sample[] = [];
  const finishBatch = async () => {
    request.signal.throwIfAborted();
    if (batch.length > 0) predictions.push(...(await predictBatch(batch, request, context)));
    context.onProgress?.(predictions.length);
    batch = [];
  };
  for await (const sample of request.dataset) {
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
    return { ...predictionOf(item, Object.fromEntries(scores), totals[index]!), promptTokens, scores: {} };
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
