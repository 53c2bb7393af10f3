/** The language model's dimensions; names after `Qwen2VLTextConfig`. */
export interface TextConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** `hiddenSize / heads`. */
  readonly headDim: number;
  /** Rows of the embedding, usually more than the tokenizer has tokens. */
  readonly vocabSize: number;
  readonly rmsNormEpsilon: number;
  readonly ropeTheta: number;
  /** Frequencies per axis (time, height, width); sums to `headDim / 2`. */
  readonly mropeSection: readonly number[];
  readonly maxPositions: number;
  readonly tieWordEmbeddings: boolean;
}

/** The vision tower's dimensions; names after `Qwen2VLVisionConfig`. */
export interface VisionConfig {
  readonly depth: number;
  readonly embedDim: number;
  readonly heads: number;
  readonly mlpRatio: number;
  readonly inChannels: number;
  /** Side of a patch in pixels. */
  readonly patchSize: number;
  /** Side of the window of patches that becomes one language-model row. */
  readonly spatialMergeSize: number;
  /** Frames per patch; a still image is repeated. */
  readonly temporalPatchSize: number;
  /** Width of the merger's output, the text model's hidden size; `hidden_size` on disk. */
  readonly outputSize: number;
  /** Activation of the blocks' MLP; the merger's is always the exact GELU. */
  readonly activation: "quick_gelu" | "gelu";
}

/** Ids of the tokens that the backbone handles itself. */
export interface TokenIds {
  readonly image: number;
  readonly video: number;
  readonly visionStart: number;
  readonly visionEnd: number;
  readonly bos: number;
  /** Every id that ends a completion; at least one. */
  readonly eos: readonly number[];
  readonly pad: number;
}

/** A Qwen2-VL checkpoint's configuration, whichever layout it was stored in. */
export interface Qwen2VLConfig {
  readonly text: TextConfig;
  readonly vision: VisionConfig;
  readonly tokenIds: TokenIds;
  /** config.json as it stands, for saving the checkpoint again. */
  readonly raw: unknown;
}
