import {
  span,
  type AdaptableLinear,
  type Backbone,
  type Completion,
  type CompletionGroup,
  type EncodedPrompt,
  type LogProbOptions,
  type NamedVariable,
  type PackedLogProbs,
  type Prompt,
  type RandomStream,
  type SamplingOptions,
  type StepLoad,
  type StepMemory,
  type TrainableScope,
} from "@rarl-sdk/core";
import { openCheckpoint } from "@rarl-sdk/nn";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { Qwen2VLConfig } from "./config/qwen2-vl-config.js";
import type { Qwen2VLModules } from "./model/build-model.js";
import { ImageEmbeddings, type ImageCacheOptions } from "./model/image-embeddings.js";
import { packedLogProbs } from "./model/packed-log-probs.js";
import type { ParameterStore } from "./model/parameter-store.js";
import type { PromptImage, Qwen2VLPrompt } from "./model/prompt.js";
import { samplePlainly, unsharedGroups } from "./plain-form.js";
import type { PromptEncoder } from "./prompt-encoder.js";
import { sampleCompletions } from "./sampling/sample-completions.js";
import { stepMemory } from "./step-memory.js";
import { saveCheckpoint, type SaveOptions } from "./save-checkpoint.js";

export interface Qwen2VLParts {
  readonly directory: string;
  readonly fingerprint: string;
  readonly config: Qwen2VLConfig;
  readonly modules: Qwen2VLModules;
  readonly store: ParameterStore;
  readonly encoder: PromptEncoder;
  readonly scope: TrainableScope;
  /** Recompute each layer's activations in the backward pass instead of keeping them. */
  readonly recompute: boolean;
  /** Compute everything anew, for checking. */
  readonly plainForm: boolean;
  readonly imageCache: ImageCacheOptions;
}

/** More rows than any pass has. */
const ALL_ROWS = 2 ** 31 - 1;

/** Qwen2-VL in the shape core asks of a backbone. */
export class Qwen2VLBackbone implements Backbone {
  readonly fingerprint: string;
  readonly contextLength: number;
  readonly endTokenIds: readonly number[];
  readonly parameterCount: number;
  private readonly images: ImageEmbeddings;

  constructor(private readonly parts: Qwen2VLParts) {
    const { config, modules, store } = parts;
    this.fingerprint = parts.fingerprint;
    this.contextLength = config.text.maxPositions;
    this.endTokenIds = config.tokenIds.eos;
    this.parameterCount = store.parameterCount;
    this.images = new ImageEmbeddings(modules.vision, config.text.hiddenSize, parts.imageCache);
  }

  linears(): readonly AdaptableLinear[] {
    return this.parts.modules.linears;
  }

  async encode(prompts: readonly Prompt[], signal?: AbortSignal): Promise<readonly Qwen2VLPrompt[]> {
    const encoded: Qwen2VLPrompt[] = [];
    for (const prompt of prompts) {
      signal?.throwIfAborted();
      encoded.push(await span("encode", () => this.parts.encoder.encode(prompt)));
    }
    if (this.cachesImages) this.images.prepare(encoded.flatMap(({ images }) => images));
    return encoded;
  }

  tokenize(text: string): readonly number[] {
    return this.parts.encoder.tokenizer.encode(text);
  }

  detokenize(tokenIds: readonly number[]): string {
    return this.parts.encoder.tokenizer.decode([...tokenIds], { skipSpecialTokens: true });
  }

  async sample(
    prompts: readonly EncodedPrompt[],
    options: SamplingOptions,
    random: RandomStream,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Completion[])[]> {
    const { config, modules } = this.parts;
    const sample = this.parts.plainForm ? samplePlainly : sampleCompletions;
    const sampled = await sample(
      {
        model: modules.language,
        imageTokenId: config.tokenIds.image,
        contextLength: this.contextLength,
        endTokenIds: new Set(this.endTokenIds),
        bannedIds: [config.tokenIds.image, config.tokenIds.video],
        imageEmbeddings: (images) => this.imageRows(images),
      },
      prompts as readonly Qwen2VLPrompt[],
      options,
      random,
      signal,
    );
    return sampled.map((completions) =>
      completions.map((completion) => ({ ...completion, text: this.detokenize(completion.tokenIds) })),
    );
  }

  logProbs(groups: readonly CompletionGroup[], options: LogProbOptions = {}): PackedLogProbs {
    const { config, modules, recompute, plainForm } = this.parts;
    return packedLogProbs(
      modules.language,
      config.tokenIds.image,
      (images) => this.imageRows(images),
      plainForm ? unsharedGroups(groups) : groups,
      { ...options, ...(plainForm && { chunkRows: ALL_ROWS }) },
      options.recompute ?? recompute,
    );
  }

  stepMemory(load: StepLoad): StepMemory {
    return stepMemory(this.parts.config.text, load);
  }

  variables(): readonly NamedVariable[] {
    return this.parts.store.variables();
  }

  save(directory: string, options: SaveOptions = {}): Promise<void> {
    return saveCheckpoint(this.parts.directory, directory, this.parts.store, options);
  }

  async load(directory: string): Promise<void> {
    const checkpoint = await openCheckpoint(directory);
    try {
      await this.parts.store.restore(checkpoint, directory);
    } finally {
      await checkpoint.close();
    }
  }

  dispose(): void {
    this.images.dispose();
    for (const layer of this.parts.modules.linears) layer.dispose();
    this.parts.modules.language.dispose();
    this.parts.store.dispose();
  }

  /** Whether the tower is not the checkpoint's: its own weights train, or an adapter is on or merged into it. */
  private get visionMoves(): boolean {
    return this.parts.scope === "all" || this.parts.modules.vision.linears().some((layer) => layer.isChanged);
  }

  private get cachesImages(): boolean {
    return !this.visionMoves && !this.parts.plainForm;
  }

  /** Rows of the images: cached, or through the tower (and its gradient) while the tower itself moves. */
  private imageRows(images: readonly PromptImage[]): Tensor2D | null {
    if (this.cachesImages) return this.images.rows(images);
    return images.length === 0 ? null : this.parts.modules.vision.forward(images);
  }
}
