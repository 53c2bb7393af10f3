import type { Tensor1D, Variable } from "@tensorflow/tfjs-core";
import type { RandomStream } from "../random/random-stream.js";
import type { Completion, SamplingOptions } from "./completion.js";
import type { AdaptableLinear } from "./linear.js";
import type { StepLoad, StepMemory } from "./memory.js";
import type { Prompt } from "./prompt.js";

/** A prompt as the backbone wants it; only the backbone that made it looks beyond these fields. */
export interface EncodedPrompt {
  /** Prompt ids with image placeholders expanded, `[promptTokens]`. */
  readonly tokenIds: readonly number[];
  /** The image placeholders among `tokenIds`. */
  readonly imageTokens: number;
}

/** The completions of one prompt, to be scored together in one packed forward pass. */
export interface CompletionGroup {
  readonly prompt: EncodedPrompt;
  /** Ids of each completion, end token included; any lengths, none empty. */
  readonly completions: readonly (readonly number[])[];
}

export interface LogProbOptions {
  /** Logits are divided by this before the softmax; 1 by default. */
  readonly temperature?: number;
  /** Also return the entropy of each position's distribution (not differentiable). */
  readonly entropies?: boolean;
  /** Compute each layer's activations again in the backward pass in place of keeping them; the backbone's choice by default. */
  readonly recompute?: boolean;
}

/** Per-token results of a packed forward pass, in the order group, completion, token. */
export interface PackedLogProbs {
  /** Log-probabilities in nats, `[tokens]`; differentiable. */
  readonly logProbs: Tensor1D;
  /** Entropies in nats, `[tokens]`, when asked for. */
  readonly entropies?: Tensor1D;
}

/** Which of a backbone's own weights train when there is no adapter. */
export type TrainableScope = "none" | "language" | "all";

export type CheckpointDtype = "F32" | "BF16" | "F16";

export interface CheckpointOptions {
  /** Of every tensor; the loaded file's own by default. */
  readonly dtype?: CheckpointDtype;
}

export interface NamedVariable {
  /** Name in the upstream checkpoint, or the adapter's name for its own. */
  readonly name: string;
  readonly variable: Variable;
}

/** A vision-language model that can sample and be differentiated. */
export interface Backbone {
  /** Hash of the checkpoint's configuration and weights; part of a run's record. */
  readonly fingerprint: string;
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number;
  /** Ids that end a completion. */
  readonly endTokenIds: readonly number[];
  /** Parameters in all, for reports. */
  readonly parameterCount: number;

  /** Every linear layer where an adapter may attach, vision tower included. */
  linears(): readonly AdaptableLinear[];

  /**
   * Tokenises prompts and prepares their images. Image embeddings are computed once per image and cached.
   * @throws RarlError `PROMPT_TOO_LONG`, `IMAGE_MISSING`, `IMAGE_UNREADABLE`
   */
  encode(prompts: readonly Prompt[], signal?: AbortSignal): Promise<readonly EncodedPrompt[]>;

  /** Token ids of plain text, such as a supervised target; no special tokens added. */
  tokenize(text: string): readonly number[];

  /** Text of token ids without special tokens. */
  detokenize(tokenIds: readonly number[]): string;

  /**
   * Draws `options.completions` continuations of each prompt; the prompt is run once and fanned out.
   * One list a prompt, in order. Randomness comes from `random` alone.
   */
  sample(
    prompts: readonly EncodedPrompt[],
    options: SamplingOptions,
    random: RandomStream,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Completion[])[]>;

  /**
   * Log-probabilities of given completions from one packed, padding-free forward pass; differentiable when
   * called under a gradient function. The caller owns the tensors.
   */
  logProbs(groups: readonly CompletionGroup[], options?: LogProbOptions): PackedLogProbs;

  /** Estimates from its shapes what a step needs; without it `engine.memory` has no effect. */
  stepMemory?(load: StepLoad): StepMemory;

  /** The backbone's own trainable weights under the scope it was opened with. */
  variables(): readonly NamedVariable[];

  /** Writes a full checkpoint in the upstream layout into the existing directory `directory`. */
  save(directory: string, options?: CheckpointOptions): Promise<void>;

  /**
   * Replaces the values of `variables()` by those of a checkpoint that `save` wrote; a resumed run without an
   * adapter continues from them.
   * @throws RarlError `CHECKPOINT_FILE_MISSING`, `SAFETENSORS_INVALID`, `TENSOR_SHAPE`
   */
  load(directory: string): Promise<void>;

  /** Frees every tensor. The backbone is unusable afterwards. */
  dispose(): void;
}

/** Turns text into tokens. */
export interface TextTokenizer {
  /** Token ids of plain text; no special tokens added. */
  tokenize(text: string): readonly number[];
}

/** Opens a backbone from its checkpoint; the component that a plugin registers. */
export interface BackboneLoader {
  /**
   * Reads the checkpoint and puts the weights on the current engine.
   * @throws RarlError `CHECKPOINT_FILE_MISSING`, `SAFETENSORS_INVALID`, `TENSOR_SHAPE`, `ARCHITECTURE_UNKNOWN`
   */
  open(request: { readonly random: RandomStream; readonly signal?: AbortSignal }): Promise<Backbone>;

  /**
   * The tokenizer alone, to count tokens without reading weights; optional.
   * @throws RarlError `CHECKPOINT_FILE_MISSING`, `TOKENIZER_INVALID`
   */
  openTokenizer?(): Promise<TextTokenizer>;
}
