import type { RuleFamily } from "../evaluation/rules/rule-scores.js";
import type { EngineOptions } from "../contracts/engine.js";

/** A chosen component and its options, checked against the component's schema. */
export interface ComponentChoice {
  readonly name: string;
  /** What the component's schema takes, defaults filled in; hand it to `kernel.create`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** `auto` takes the available engine of the highest priority. */
export interface EngineChoice extends ComponentChoice, EngineOptions {
  /** Memory that a run may use, such as `16GB`. */
  readonly memory?: string | undefined;
}

export type ScheduleKind = "constant" | "linear" | "cosine";

export interface ScheduleConfig {
  readonly kind: ScheduleKind;
  readonly warmupSteps: number;
  /** Learning rate at the last step as a share of the peak. */
  readonly finalRatio: number;
}

export interface OptimizerChoice extends ComponentChoice {
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: ScheduleConfig;
  /** Global norm to which gradients are clipped; null is off. */
  readonly maxGradNorm: number | null;
}

export interface DataChoice extends ComponentChoice {
  /** Use the first so many samples; null is all. */
  readonly limit: number | null;
  readonly shuffle: boolean;
}

export interface RewardChoice extends ComponentChoice {
  readonly weight: number;
  /** Column of the score table; unique, the reward's name unless set. */
  readonly label: string;
}

export interface JudgeChoice extends ComponentChoice {
  /** Names its verdicts; unique, the judge's name unless set. */
  readonly label: string;
}

export interface TrainingConfig {
  /** Passes over the data; `steps`, when not null, goes before it. */
  readonly epochs: number;
  readonly steps: number | null;
  readonly checkpointEvery: number;
  readonly keepCheckpoints: number;
  /** Steps between evaluations during training; null is never. */
  readonly evaluateEvery: number | null;
  readonly evaluateBefore: boolean;
  readonly evaluateAfter: boolean;
  /** Updates in a row with non-finite gradients after which the run stops. */
  readonly stopAfterNonFinite: number;
}

export interface EvaluationConfig {
  /** Inference style of the prompt set; null is its first. */
  readonly style: string | null;
  readonly maxNewTokens: number;
  readonly batchSize: number;
  readonly temperature: number;
  /** Rule scores beside exact match. */
  readonly scores: readonly RuleFamily[];
}

/** A plugin named in the configuration: a package name or a path. */
export interface PluginEntry {
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A checked configuration with every default filled in. */
export interface RunConfig {
  readonly name: string;
  readonly seed: number;
  /** Folder that receives run folders, relative to the configuration's folder. */
  readonly output: string;
  readonly engine: EngineChoice;
  readonly model: ComponentChoice;
  /** Null trains the backbone's own weights. */
  readonly adapter: ComponentChoice | null;
  readonly algorithm: ComponentChoice;
  readonly optimizer: OptimizerChoice;
  readonly data: {
    readonly train: DataChoice;
    readonly evaluation: Readonly<Record<string, DataChoice>>;
  };
  readonly prompts: ComponentChoice;
  readonly textSimilarity: ComponentChoice;
  readonly rewards: readonly RewardChoice[];
  readonly judges: readonly JudgeChoice[];
  readonly training: TrainingConfig;
  readonly evaluation: EvaluationConfig;
  readonly trackers: readonly ComponentChoice[];
  readonly plugins: readonly PluginEntry[];
}
