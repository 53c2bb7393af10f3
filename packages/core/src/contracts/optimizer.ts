import type { Tensor } from "@tensorflow/tfjs-core";
import type { NamedVariable } from "./backbone.js";

/** Updates variables from gradients. */
export interface Optimizer {
  /**
   * One update with learning rate `learningRate`; `gradients` align with `variables`, stay the caller's, and are
   * already clipped.
   */
  apply(variables: readonly NamedVariable[], gradients: readonly Tensor[], learningRate: number): void;
  /** Writes the moments and step count into the existing directory `directory`. */
  save(directory: string): Promise<void>;
  load(directory: string, variables: readonly NamedVariable[]): Promise<void>;
  dispose(): void;
}
