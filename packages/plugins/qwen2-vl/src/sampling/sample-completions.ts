import {
  span,
  startSpan,
  type FinishReason,
  type RandomStream,
  type SamplingOptions,
  type Span,
} from "@rarl-sdk/core";
import { groupAttention, matMul, sampleToken } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { gatherItems } from "../model/gather-items.js";
import { LayerCache, paddedRows, promptMask } from "../model/key-value-cache.js";
import type { LanguageModel } from "../model/language-model.js";
import { packGroups } from "../model/packing.js";
import type { PromptImage, Qwen2VLPrompt } from "../model/prompt.js";
import { DecodingSlots } from "./slots.js";

/** What sampling needs of the backbone. */
export interface SamplingModel {
  readonly model: LanguageModel;
  readonly imageTokenId: number;
  readonly contextLength: number;
  readonly endTokenIds: ReadonlySet<number>;
  /** Never sampled: image and video placeholders, for which no image would stand. */
  readonly bannedIds: readonly number[];
  imageEmbeddings(images: readonly PromptImage[]): Tensor2D | null;
}

export interface SampledTokens {
  readonly tokenIds: readonly number[];
  readonly logProbs: Float32Array;
  readonly finishReason: FinishReason;
}

/** One completion while it grows. */
class Growing {
  readonly tokenIds: number[] = [];
  readonly logProbs: number[] = [];
  finishReason: FinishReason | null = null;

  constructor(
    readonly prompt: Qwen2VLPrompt,
    readonly random: RandomStream,
    /** Every id of prompt and completion, for the repetition penalty. */
    readonly history: Set<number>,
  ) {}

  isOpen = (): boolean => this.finishReason === null;
}

/**
 * Draws `options.completions` continuations of each prompt. The prompts run once, packed; their keys and values serve
 * all completions. Each completion has a random stream of its own, so what it draws does not depend on the batch.
 */
export async function sampleCompletions(
  backbone: SamplingModel,
  prompts: readonly Qwen2VLPrompt[],
  options: SamplingOptions,
  random: RandomStream,
  signal?: AbortSignal,
): Promise<readonly (readonly SampledTokens[])[]> {
  const growing = prompts.map((prompt, promptIndex) =>
    Array.from(
      { length: options.completions },
      (_, index) => new Growing(prompt, random.fork(`${promptIndex}/${index}`), new Set(prompt.tokenIds)),
    ),
  );
  const draw = (completion: Growing, logits: Float32Array): void => {
    const { id, logProb } = sampleToken(logits, completion.history, sampling, completion.random);
    completion.tokenIds.push(id);
    completion.logProbs.push(logProb);
    completion.history.add(id);
    const limit = Math.min(options.maxNewTokens, backbone.contextLength - completion.prompt.tokenIds.length);
    if (backbone.endTokenIds.has(id)) completion.finishReason = "stop";
    else if (completion.tokenIds.length >= limit) completion.finishReason = "length";
  };
  const sampling = { ...options, bannedIds: [...backbone.bannedIds, ...(options.bannedIds ?? [])] };

  if (prompts.length === 0) return [];
  const caches: LayerCache[] = [];
  let mask = promptMask(prompts.map((prompt) => prompt.tokenIds.length));
  let decoding: Span | null = null;
  try {
    const first = await span("rollout_prefill", () => readRows(prefill(backbone, prompts, caches)));
    growing.forEach((completions, prompt) => {
      for (const completion of completions) draw(completion, first[prompt]!);
    });
    decoding = startSpan("rollout_decode");
    const slots = new DecodingSlots(growing);
    while (growing.some((completions) => completions.some((completion) => completion.isOpen()))) {
      if (signal?.aborted === true) break;
      const compaction = slots.compact((completion) => completion.isOpen());
      if (compaction !== null) {
        for (const cache of caches) cache.select(compaction.prompts, compaction.rows);
        const selected = gatherItems(mask, compaction.prompts);
        mask.dispose();
        mask = selected;
      }
      const rows = slots.rows();
      const logits = await readRows(decodeStep(backbone.model, caches, mask, rows));
      const drawn = new Set<Growing>();
      rows.forEach((completion, row) => {
        if (!completion.isOpen() || drawn.has(completion)) return;
        drawn.add(completion);
        draw(completion, logits[row]!);
      });
    }
  } finally {
    decoding?.end();
    mask.dispose();
    for (const cache of caches) cache.dispose();
  }
  return growing.map((completions) =>
    completions.map(({ tokenIds, logProbs, finishReason }) => ({
      tokenIds,
      logProbs: Float32Array.from(logProbs),
      finishReason: finishReason ?? "aborted",
    })),
  );
}

/** Runs all prompts in one packed pass: fills `caches`, one a layer, and gives the first logits `[prompts, vocab]`. */
function prefill(backbone: SamplingModel, prompts: readonly Qwen2VLPrompt[], caches: LayerCache[]): Tensor2D {
  const { model } = backbone;
  const packed = packGroups(
    prompts.map((prompt) => ({ prompt, completions: [] })),
    backbone.imageTokenId,
  );
  const lengths = prompts.map((prompt) => prompt.tokenIds.length);
  const rowIndex = paddedRows(lengths);
  let end = 0;
  const lastRows = lengths.map((length) => (end += length) - 1);
  return tf.tidy((): Tensor2D => {
    const x = model.embed(packed.ids, packed.imageRows, backbone.imageEmbeddings(packed.images));
    const hidden = model.forward(
      x,
      model.rotaryTables(packed.positions),
      (layer) => (queries, keys, values) => {
        caches[layer] = new LayerCache({ keys, values }, rowIndex, prompts.length);
        return groupAttention(queries, keys, values, packed.layout);
      },
    );
    return matMul(gatherItems(hidden, lastRows), model.head().weight);
  });
}

/** One token of every row: logits `[rows, vocab]`. */
function decodeStep(
  model: LanguageModel,
  caches: readonly LayerCache[],
  mask: Tensor3D,
  rows: readonly Growing[],
): Tensor2D {
  return tf.tidy(() => {
    const ids = Int32Array.from(rows, ({ tokenIds }) => tokenIds.at(-1)!);
    const positions = new Int32Array(3 * rows.length);
    rows.forEach(({ prompt, tokenIds }, row) => {
      const position = prompt.nextPosition + tokenIds.length - 1;
      for (let axis = 0; axis < 3; axis++) positions[axis * rows.length + row] = position;
    });
    const hidden = model.forward(
      model.embed(ids, [], null),
      model.rotaryTables(positions),
      (layer) => (queries, keys, values) => caches[layer]!.attend(queries, keys, values, mask),
    );
    return matMul(hidden, model.head().weight);
  });
}

/** Reads and disposes of `[rows, width]`. */
async function readRows(tensor: Tensor2D): Promise<Float32Array[]> {
  const [rows, width] = tensor.shape;
  let values: Float32Array;
  try {
    values = (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width));
}
