import type { Tensor } from "@tensorflow/tfjs-core";
import type { RandomStream } from "../random/random-stream.js";
import type { Adapter } from "./adapter.js";
import type { Backbone, NamedVariable } from "./backbone.js";
import type { RunHooks } from "../hooks/run-hooks.js";
import type { MemoryPlan, MemoryRequest } from "./memory.js";
import type { Prompt } from "./prompt.js";
import type { RewardItem } from "./reward.js";
import type { Sample } from "./sample.js";

/** What an update did, as the optimizer tap reports it. */
export interface UpdateOutcome {
  /** False when the gradients were not finite and the update was skipped. */
  readonly applied: boolean;
  /** Global norm before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** Everything an algorithm may use during one step. */
export interface StepContext {
  /** 1-based number of the step. */
  readonly step: number;
  readonly totalSteps: number;
  readonly backbone: Backbone;
  /** Absent when all weights train. */
  readonly adapter: Adapter | null;
  readonly variables: readonly NamedVariable[];
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
  /** Random streams of this step, one per purpose; the same step and purpose give the same stream. */
  random(purpose: string): RandomStream;
  /** A training prompt for the sample through the prompt hook. */
  prompt(sample: Sample): Promise<Prompt>;
  /** Scores completions by every reward of the run through the score hook. */
  score(items: readonly RewardItem[]): Promise<ScoreTable>;
  /** Draws up to `count` further samples of the data set, in the run's order (dynamic sampling). */
  moreSamples(count: number): Promise<readonly Sample[]>;
  /**
   * Hands one set of gradients to the update hook (clipping, schedule, optimizer); `gradients` align with
   * `variables` and are disposed of by the call.
   */
  update(gradients: readonly Tensor[]): Promise<UpdateOutcome>;
}

/** Scores of a batch of completions, rewards as columns. */
export interface ScoreTable {
  /** Reward name to one score a completion (null = not applicable). */
  readonly columns: ReadonlyMap<string, readonly (number | null)[]>;
  /** Weighted sum over the rewards that apply, `[completions]`. */
  readonly totals: readonly number[];
}

/** One line of `completions.jsonl`. */
export interface CompletionRecord {
  readonly sampleId: string;
  readonly style: string;
  readonly prompt: string;
  readonly completion: string;
  readonly think: string | null;
  readonly answer: string | null;
  readonly reference: string;
  readonly finishReason: string;
  readonly rewards: Readonly<Record<string, number | null>>;
  readonly reward: number;
  readonly advantage: number;
}

/** What one step did. */
export interface StepReport {
  /**
   * Flat metrics under the field's names (`reward`, `kl`, `loss`, `completions/mean_length`, …). What an algorithm
   * reports is finite; the run adds its own, of which `grad_norm` is NaN or infinite when the update was skipped.
   */
  readonly metrics: Readonly<Record<string, number>>;
  readonly completions: readonly CompletionRecord[];
  /** Sentences for the console, such as a guard that acted. */
  readonly warnings: readonly string[];
}

/** Rewards of completions on their way to becoming advantages; taps of the advantages hook pass it on. */
export interface AdvantageBatch {
  /** `[completions]`, group after group. */
  readonly rewards: readonly number[];
  /** Completions of each group; sums to the number of completions. */
  readonly groupSizes: readonly number[];
  readonly samples: readonly Sample[];
  /** `[completions]`; null until the algorithm's tap has filled it. */
  readonly advantages: readonly number[] | null;
}

/** A way to turn samples into weight updates. */
export interface Algorithm {
  /** Samples consumed by one step. */
  readonly samplesPerStep: number;
  /** The algorithm's tap on the advantages hook, if it has advantages. */
  advantages?(batch: AdvantageBatch): AdvantageBatch;
  /** One step: rollout, scores, loss, gradients, and one or more calls of `context.update`. */
  step(samples: readonly Sample[], context: StepContext): Promise<StepReport>;
  /**
   * Chooses how much of a step is in memory at once, for as long as it lives: the fastest way that needs no more than
   * is asked for, or the leanest there is. Called before the first step when there is a budget.
   */
  fitMemory?(request: MemoryRequest, backbone: Backbone): MemoryPlan;
  /** Called once before the first step, after a resume has restored the variables. */
  start?(context: Pick<StepContext, "backbone" | "adapter" | "variables">): Promise<void>;
  /** Tensors beside the variables that a checkpoint must hold, such as a synchronised reference. */
  save?(directory: string): Promise<void>;
  load?(directory: string): Promise<void>;
  dispose?(): void;
}
