import { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesHook, AsyncSeriesWaterfallHook } from "tapable";
import type { Adapter } from "../contracts/adapter.js";
import type { AdvantageBatch, StepReport, UpdateOutcome } from "../contracts/algorithm.js";
import type { Backbone, EncodedPrompt, NamedVariable } from "../contracts/backbone.js";
import type { Completion, SamplingOptions } from "../contracts/completion.js";
import type { Dataset } from "../contracts/data-source.js";
import type { EngineOptions, EngineProbe, TensorEngine } from "../contracts/engine.js";
import type { JudgeItem, Verdict } from "../contracts/judge.js";
import type { Prompt } from "../contracts/prompt.js";
import type { RewardItem, ScoreList } from "../contracts/reward.js";
import type { Sample } from "../contracts/sample.js";
import type { RarlError } from "../errors/rarl-error.js";
import type { RandomStream } from "../random/random-stream.js";
import type { Tensor } from "@tensorflow/tfjs-core";

/** The engine that runs, and where. */
export interface ActiveEngine {
  readonly engine: TensorEngine;
  readonly device: string;
  readonly probe: EngineProbe;
}

export type EngineRequest = EngineOptions;

export interface BackboneRequest {
  readonly random: RandomStream;
  readonly signal: AbortSignal;
}

export interface DatasetRequest {
  /** `train`, or the name of an evaluation set. */
  readonly role: string;
  readonly signal: AbortSignal;
}

/** What the adapt hook passes on: first without an adapter, then with one. */
export interface AdaptedBackbone {
  readonly backbone: Backbone;
  readonly adapter: Adapter | null;
}

/** A prompt on its way to the backbone; the prompt set's tap fills it, later taps may replace it. */
export interface PromptDraft {
  readonly sample: Sample;
  readonly purpose: "training" | "evaluation";
  /** Inference style asked for; null in training. */
  readonly style: string | null;
  readonly random: RandomStream;
  readonly prompt: Prompt | null;
}

export interface RolloutRequest {
  readonly prompts: readonly EncodedPrompt[];
  readonly sampling: SamplingOptions;
  readonly random: RandomStream;
  readonly signal: AbortSignal;
}

/** Completions to score; every reward is a tap and puts its column into `columns` under its name. */
export interface ScoreRequest {
  readonly items: readonly RewardItem[];
  readonly signal: AbortSignal;
  readonly columns: Map<string, ScoreList>;
}

/** Gradients on their way to the optimizer, whose tap fills `outcome`; earlier taps may replace gradients. */
export interface UpdateRequest {
  readonly step: number;
  readonly totalSteps: number;
  readonly variables: readonly NamedVariable[];
  /** Aligned with `variables`. Who replaces a tensor disposes of the old one. */
  gradients: readonly Tensor[];
  outcome: UpdateOutcome | null;
}

/** A checkpoint being written into a temporary folder; every tap adds its files. */
export interface CheckpointRequest {
  readonly step: number;
  readonly directory: string;
}

/** The notice that a step is done. */
export interface StepNotice {
  readonly step: number;
  readonly totalSteps: number;
  readonly seconds: number;
  readonly report: StepReport;
}

export interface EvaluationRequest {
  readonly dataset: Dataset;
  /** Name under `eval/`, such as `test` or `test-before`. */
  readonly label: string;
  readonly style: string;
  readonly step: number;
  readonly signal: AbortSignal;
  /** Predictions that an interrupted evaluation left, by sample id; they are not made again. */
  readonly earlier?: ReadonlyMap<string, Prediction>;
  /** Receives the predictions of each batch and answers with what to keep in memory of them. */
  readonly record?: (predictions: readonly Prediction[]) => Promise<readonly Prediction[]>;
}

/** One line of `predictions.jsonl`, which holds it as a `PredictionRecord`. */
export interface Prediction {
  readonly sample: Sample;
  readonly style: string;
  readonly completion: string;
  readonly think: string | null;
  readonly answer: string | null;
  readonly finishReason: string;
  /** Length of the completion, end token included. */
  readonly tokens: number;
  /** Length of the prompt, image tokens included. */
  readonly promptTokens: number;
  readonly rewards: Readonly<Record<string, number | null>>;
  /** Weighted sum of the rewards that apply; null when none does. */
  readonly reward: number | null;
  /** The answer block holds the reference answer. */
  readonly strict: boolean;
  /** Like `strict`, but without an answer block the text outside the think block counts as the answer. */
  readonly lenient: boolean;
  /** By rule, such as `bleu_1`, in [0, 1]; null where a rule does not apply. */
  readonly scores: Readonly<Record<string, number | null>>;
}

/** What an evaluation found. Rates in [0, 1]. */
export interface EvaluationReport {
  readonly label: string;
  readonly predictions: readonly Prediction[];
  readonly metrics: Readonly<Record<string, number>>;
  /** Metrics by question type, as the sample's `meta.questionType` or its kind names it. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface JudgeRequest {
  readonly items: readonly JudgeItem[];
  /** Folder of the evaluation; the run's own judges write their verdicts there as they come. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly verdicts: Map<string, readonly Verdict[]>;
  /** Of judges that could not go on. They do not stop the others, nor the run. */
  readonly failures: Map<string, RarlError>;
}

/** The notice that a run is about to begin. */
export interface RunNotice {
  readonly name: string;
  readonly directory: string;
  readonly totalSteps: number;
  /** First step this process will do; above 1 after a resume. */
  readonly firstStep: number;
  readonly config: unknown;
  /** What became of the records of each data set, by role. */
  readonly data?: Readonly<Record<string, RecordCounts>>;
}

/** What became of a data set's records. */
export interface RecordCounts {
  /** Samples that are used. */
  readonly kept: number;
  /** Bad records. */
  readonly setAside: number;
  /** Good ones that a filter, a split, a subset or the limit leaves out. */
  readonly leftOut: number;
}

export interface RunEnd {
  /** `checked` is the end of a dry run. */
  readonly status: "finished" | "interrupted" | "checked";
  readonly directory: string;
  readonly lastStep: number;
  readonly evaluations: readonly EvaluationReport[];
}

/**
 * The story of a run, as hooks in the order they fire. The chosen components are taps on them, put there by the
 * kernel under their own names, so a plugin can stand before or after any of them, replace it, or only watch.
 */
export function createRunHooks() {
  return Object.freeze({
    /** The effective configuration stands; nothing is loaded yet. */
    configured: new AsyncSeriesHook<[{ readonly config: unknown; readonly directory: string }]>(["notice"]),
    /** The first tap that answers gives the run its engine. */
    engine: new AsyncSeriesBailHook<[EngineRequest], ActiveEngine | undefined>(["request"]),
    /** The first tap that answers gives the run its backbone. */
    backbone: new AsyncSeriesBailHook<[BackboneRequest], Backbone | undefined>(["request"]),
    /** The backbone goes in, the adapted one comes out. */
    adapt: new AsyncSeriesWaterfallHook<[AdaptedBackbone]>(["adapted"]),
    /** The first tap that answers opens the data set of that role. */
    dataset: new AsyncSeriesBailHook<[DatasetRequest], Dataset | undefined>(["request"]),
    /** Everything is in place; steps begin. */
    started: new AsyncSeriesHook<[RunNotice]>(["notice"]),
    /** Sample to prompt. */
    prompt: new AsyncSeriesWaterfallHook<[PromptDraft]>(["draft"]),
    /** Prompts to completions, one list a prompt. */
    rollout: new AsyncSeriesBailHook<[RolloutRequest], readonly (readonly Completion[])[] | undefined>([
      "request",
    ]),
    /** Every reward is a tap; they run together. */
    score: new AsyncParallelHook<[ScoreRequest]>(["request"]),
    /** Rewards to advantages. */
    advantages: new AsyncSeriesWaterfallHook<[AdvantageBatch]>(["batch"]),
    /** Gradients to new weights. */
    update: new AsyncSeriesHook<[UpdateRequest]>(["request"]),
    /** A step is done; trackers listen here. */
    step: new AsyncSeriesHook<[StepNotice]>(["notice"]),
    /** A checkpoint is being written; every tap adds its files. */
    checkpoint: new AsyncSeriesHook<[CheckpointRequest]>(["request"]),
    /** The first tap that answers evaluates. */
    evaluate: new AsyncSeriesBailHook<[EvaluationRequest], EvaluationReport | undefined>(["request"]),
    /** Every judge is a tap; they grade together. */
    judge: new AsyncParallelHook<[JudgeRequest]>(["request"]),
    /** An evaluation is done. */
    evaluated: new AsyncSeriesHook<[EvaluationReport]>(["report"]),
    /** The run ended well or was interrupted after a checkpoint. */
    finished: new AsyncSeriesHook<[RunEnd]>(["end"]),
    /** The run ended by an error. */
    failed: new AsyncSeriesHook<[{ readonly error: unknown; readonly directory: string | null }]>([
      "failure",
    ]),
  });
}

export type RunHooks = ReturnType<typeof createRunHooks>;
export type HookName = keyof RunHooks;
