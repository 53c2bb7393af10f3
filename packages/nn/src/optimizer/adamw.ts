import { tidy, variable, zerosLike, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import { inject, injectable, tokens, type NamedVariable, type Optimizer } from "@rarl-sdk/core";
import { z } from "zod";
import { adamWUpdate, type AdamWStep } from "./adamw-update.js";
import { readMoments, writeMoments, type Moments } from "./moments-files.js";

/** A decay rate of a moving average: 0 up to, not including, 1. */
const decayRate = z.number().min(0).lt(1);

export const adamWOptions = z.strictObject({
  betas: z
    .tuple([decayRate, decayRate])
    .default([0.9, 0.999])
    .describe("Decay rates of the gradient's first and second moment"),
  epsilon: z.number().positive().default(1e-8).describe("Added to the root of the second moment"),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe("Decoupled weight decay, multiplied by the learning rate"),
});

export type AdamWOptions = z.output<typeof adamWOptions>;

/**
 * Adam with decoupled weight decay. Moments are float32 tensors on the engine, made at a variable's first update.
 * A new instance starts at step 0.
 */
@injectable()
export class AdamW implements Optimizer {
  private step = 0;
  private readonly moments = new Map<string, Moments<Variable>>();

  constructor(@inject(tokens.options) private readonly options: AdamWOptions) {}

  apply(variables: readonly NamedVariable[], gradients: readonly Tensor[], learningRate: number): void {
    if (variables.length !== gradients.length) {
      throw new RangeError(`${gradients.length} gradients for ${variables.length} variables`);
    }
    this.step++;
    const step = this.stepNumbers(learningRate);
    for (const [index, { name, variable: weight }] of variables.entries()) {
      const moments = this.momentsOf(name, weight);
      tidy(() => {
        const updated = adamWUpdate({ weight, gradient: gradients[index]!, ...moments }, step);
        weight.assign(updated[0]);
        moments.firstMoment.assign(updated[1]);
        moments.secondMoment.assign(updated[2]);
      });
    }
  }

  async save(directory: string): Promise<void> {
    await writeMoments(directory, this.step, this.moments);
  }

  /** @throws RarlError `OPTIMIZER_STATE_MISMATCH`, `CHECKPOINT_FILE_MISSING`, `SAFETENSORS_INVALID` */
  async load(directory: string, variables: readonly NamedVariable[]): Promise<void> {
    const { step, moments } = await readMoments(directory, variables);
    this.dispose();
    this.step = step;
    for (const [name, { firstMoment, secondMoment }] of moments) {
      tidy(() => {
        this.moments.set(name, {
          firstMoment: variable(firstMoment(), false),
          secondMoment: variable(secondMoment(), false),
        });
      });
    }
  }

  dispose(): void {
    for (const { firstMoment, secondMoment } of this.moments.values()) {
      firstMoment.dispose();
      secondMoment.dispose();
    }
    this.moments.clear();
    this.step = 0;
  }

  private stepNumbers(learningRate: number): AdamWStep {
    const [beta1, beta2] = this.options.betas;
    return {
      learningRate,
      beta1,
      beta2,
      epsilon: this.options.epsilon,
      weightDecay: this.options.weightDecay,
      biasCorrection1: 1 - beta1 ** this.step,
      biasCorrection2: 1 - beta2 ** this.step,
    };
  }

  private momentsOf(name: string, weight: Variable): Moments<Variable> {
    const known = this.moments.get(name);
    if (known !== undefined) return known;
    const made = tidy(() => ({
      firstMoment: variable(zerosLike(weight), false),
      secondMoment: variable(zerosLike(weight), false),
    }));
    this.moments.set(name, made);
    return made;
  }
}
