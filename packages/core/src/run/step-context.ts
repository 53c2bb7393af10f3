import * as tf from "@tensorflow/tfjs-core";
import type { StepContext, UpdateOutcome } from "../contracts/algorithm.js";
import type { RunHooks, UpdateRequest } from "../hooks/run-hooks.js";
import { besideSpan } from "../profile/span.js";
import type { RandomStream } from "../random/random-stream.js";
import { answered } from "./answered.js";
import type { RunParts } from "./run-parts.js";
import type { SampleOrder } from "./sample-order.js";
import { scoreTable, type RewardColumns } from "./score-completions.js";

/** What a step's context is made of. */
export interface StepFacts {
  readonly step: number;
  readonly totalSteps: number;
  readonly hooks: RunHooks;
  readonly parts: RunParts;
  readonly rewards: RewardColumns;
  readonly order: SampleOrder;
  /** The run's root stream. */
  readonly random: RandomStream;
  readonly signal: AbortSignal;
  /** Receives the outcome of every update of the step. */
  readonly outcomes: UpdateOutcome[];
}

/** The context of one step: everything an algorithm may use, each through its hook. */
export function createStepContext(facts: StepFacts): StepContext {
  const { step, totalSteps, hooks, parts, rewards, order, signal, outcomes } = facts;
  const stepRandom = facts.random.fork("step").fork(step);
  const promptsOf = new Map<string, number>();
  const { backbone, adapter, variables } = parts;
  return {
    step,
    totalSteps,
    backbone,
    adapter,
    variables,
    hooks,
    signal,
    random: (purpose) => stepRandom.fork(purpose),
    async prompt(sample) {
      // A sample that is asked for again in the same step may get another style.
      const times = promptsOf.get(sample.id) ?? 0;
      promptsOf.set(sample.id, times + 1);
      const random = stepRandom.fork("prompt").fork(sample.id).fork(times);
      const draft = { sample, purpose: "training" as const, style: null, random, prompt: null };
      const { prompt } = await hooks.prompt.promise(draft);
      return { ...answered("prompt", `sample ${sample.id}`, prompt), sampleId: sample.id };
    },
    score: (items) => besideSpan("score", () => scoreTable(hooks, rewards, items, signal)),
    moreSamples: (count) => Promise.resolve(order.take(count)),
    async update(gradients) {
      const request: UpdateRequest = { step, totalSteps, variables, gradients, outcome: null };
      try {
        await hooks.update.promise(request);
      } finally {
        tf.dispose([...request.gradients]);
      }
      const outcome = answered("update", `the gradients of step ${step}`, request.outcome);
      outcomes.push(outcome);
      return outcome;
    },
  };
}
