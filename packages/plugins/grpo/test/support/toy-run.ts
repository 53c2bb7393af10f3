import {
  createRunHooks,
  randomStream,
  type Adapter,
  type Algorithm,
  type NamedVariable,
  type Sample,
  type StepContext,
  type StepReport,
} from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import type { ToyBackbone } from "./toy-backbone.js";

export function toySample(id: string, question = "a", extra: Partial<Sample> = {}): Sample {
  return {
    id,
    images: [],
    question,
    answer: "b",
    kind: "open",
    meta: {},
    origin: { file: "toy", record: 1 },
    ...extra,
  };
}

export interface ToyRunOptions {
  readonly backbone: ToyBackbone;
  readonly adapter?: Adapter;
  readonly reward: (text: string, sample: Sample) => number | null;
  /** Takes as long as it likes before a batch's rewards are there. */
  readonly onScore?: () => Promise<void>;
  readonly learningRate?: number;
  readonly moreSamples?: (count: number) => readonly Sample[];
  /** Sees the gradients of every update before they are applied, as plain numbers. */
  readonly onGradients?: (gradients: readonly Float32Array[]) => void;
}

/** Drives an algorithm as the run loop does: real hooks, plain gradient descent in place of the optimizer. */
export class ToyRun {
  readonly variables: readonly NamedVariable[];
  readonly hooks = createRunHooks();
  updates = 0;
  private started = false;

  constructor(
    private readonly algorithm: Algorithm,
    private readonly options: ToyRunOptions,
  ) {
    this.variables = options.adapter?.variables ?? options.backbone.variables();
    this.hooks.rollout.tapPromise("toy", async ({ prompts, sampling, random }) =>
      options.backbone.sample(prompts, sampling, random),
    );
    if (algorithm.advantages !== undefined)
      this.hooks.advantages.tap("algorithm", (batch) => algorithm.advantages!(batch));
  }

  async step(step: number, samples: readonly Sample[]): Promise<StepReport> {
    const { backbone, adapter = null } = this.options;
    if (!this.started) await this.algorithm.start?.({ backbone, adapter, variables: this.variables });
    this.started = true;
    const context: StepContext = {
      step,
      totalSteps: 1000,
      backbone,
      adapter,
      variables: this.variables,
      hooks: this.hooks,
      signal: new AbortController().signal,
      random: (purpose) => randomStream(7).fork(step).fork(purpose),
      prompt: (sample) =>
        Promise.resolve({ style: "toy", template: "raw", text: sample.question, images: sample.images }),
      score: async (items) => {
        const column = items.map(({ completion, sample }) => this.options.reward(completion.text, sample));
        await this.options.onScore?.();
        return { columns: new Map([["toy", column]]), totals: column.map((score) => score ?? 0) };
      },
      moreSamples: (count) => Promise.resolve(this.options.moreSamples?.(count) ?? []),
      update: (gradients) => Promise.resolve(this.descend(gradients)),
    };
    return this.algorithm.step(samples, context);
  }

  /** Present values of all variables. */
  values(): number[] {
    return this.variables.flatMap(({ variable }) => [...variable.dataSync<"float32">()]);
  }

  private descend(gradients: readonly tf.Tensor[]) {
    const learningRate = this.options.learningRate ?? 1;
    const values = gradients.map((gradient) => gradient.dataSync<"float32">());
    this.options.onGradients?.(values);
    const gradientNorm = Math.hypot(...values.flatMap((value) => [...value]));
    const applied = Number.isFinite(gradientNorm);
    if (applied) {
      this.updates++;
      this.variables.forEach(({ variable }, index) => {
        const next = tf.tidy(() => tf.sub(variable, tf.mul(gradients[index]!, learningRate)));
        variable.assign(next);
        next.dispose();
      });
    }
    tf.dispose([...gradients]);
    return { applied, gradientNorm, learningRate };
  }
}
