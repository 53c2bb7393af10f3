import { rarlError, span, startSpan, type Span } from "@rarl-sdk/core";
import {
  decodeAttention,
  decodingPromptKeys,
  matMul,
  sampleTokens,
  type DecodingCache,
  type EngineSamplingRule,
} from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-core";
import { gatherItems } from "../model/gather-items.js";
import type { LanguageModel } from "../model/language-model.js";
import type { Qwen2VLPrompt } from "../model/prompt.js";
import type { Growing } from "./growing.js";
import { prefill, type SamplingModel } from "./prefill.js";

/** Positions that the own caches have room for at first; they double when full. */
const firstCapacity = 128;

/** Tokens on their way from the engine. */
interface DrawnTokens {
  /** In rows. */
  readonly completions: readonly Growing[];
  readonly ids: Tensor1D;
  readonly logProbs: Tensor1D;
}

/**
 * Decodes without leaving the engine: a step's tokens go into the next one as the tensor they are. While they travel to
 * JavaScript the engine is at the next step already, so a completion's end is known one step late; that step's row of
 * it is thrown away.
 */
export class EngineDecoder {
  private readonly caches: DecodingCache[] = [];
  /** Place of each completion in the own caches. */
  private readonly places: ReadonlyMap<Growing, number>;
  private readonly completions: readonly Growing[];
  private sequences: { readonly of: readonly Growing[]; readonly tensor: Tensor2D } | null = null;

  constructor(
    private readonly backbone: SamplingModel,
    private readonly prompts: readonly Qwen2VLPrompt[],
    private readonly growing: readonly (readonly Growing[])[],
    private readonly rule: EngineSamplingRule,
  ) {
    this.completions = growing.flat();
    this.places = new Map(this.completions.map((completion, place) => [completion, place]));
  }

  /** Grows every completion to its end, or to the abort. */
  async run(signal?: AbortSignal): Promise<void> {
    let drawn: DrawnTokens | null = null;
    let next: DrawnTokens | null = null;
    let decoding: Span | null = null;
    try {
      drawn = span("rollout_prefill", () => this.first());
      decoding = startSpan("rollout_decode");
      for (let step = 0; drawn !== null; step++) {
        const before: DrawnTokens = drawn;
        next = signal?.aborted === true ? null : this.following(before, step);
        await receive(before, this.backbone.model.config.vocabSize);
        dispose(before);
        drawn = next;
        next = null;
        if (drawn?.completions.every((completion) => !completion.isOpen()) === true) break;
      }
    } finally {
      decoding?.end();
      if (drawn !== null) dispose(drawn);
      if (next !== null) dispose(next);
      this.sequences?.tensor.dispose();
      for (const { promptKeys, promptValues, ownKeys, ownValues } of this.caches)
        tf.dispose([promptKeys, promptValues, ownKeys, ownValues]);
    }
  }

  /** Prompts and first tokens. */
  private first(): DrawnTokens {
    const { model } = this.backbone;
    const lengths = this.prompts.map(({ tokenIds }) => tokenIds.length);
    return this.draw(this.completions, () => {
      const hidden = prefill(this.backbone, this.prompts, (layer, keys, values) => {
        this.caches[layer] = this.newCache(keys, values, lengths);
      });
      const logits = matMul(hidden, model.head().weight);
      const prompts = this.growing.flatMap((completions, prompt) => completions.map(() => prompt));
      return gatherItems(logits, prompts);
    });
  }

  /** Enqueues the step after `before`; null when no completion can go on. */
  private following(before: DrawnTokens, step: number): DrawnTokens | null {
    const rows = before.completions.flatMap((completion, row) =>
      completion.isOpen() && step + 1 < completion.limit ? [row] : [],
    );
    if (rows.length === 0) return null;
    const completions = rows.map((row) => before.completions[row]!);
    this.makeRoom(step);
    return this.draw(completions, () => {
      const ids = rows.length === before.completions.length ? before.ids : gatherItems(before.ids, rows);
      return this.logits(this.backbone.model, ids, completions, step);
    });
  }

  /** Logits `[rows, vocabulary]` after the tokens `ids`, which are each completion's `step`-th, from 0. */
  private logits(
    model: LanguageModel,
    ids: Tensor1D,
    completions: readonly Growing[],
    step: number,
  ): Tensor2D {
    const rows = completions.length;
    const positions = new Int32Array(3 * rows);
    completions.forEach(({ prompt }, row) => {
      for (let axis = 0; axis < 3; axis++) positions[axis * rows + row] = prompt.nextPosition + step;
    });
    const place = { position: tf.scalar(step, "int32"), sequences: this.sequencesOf(completions) };
    const hidden = model.forward(
      model.embedRows(ids),
      model.rotaryTables(positions),
      (layer) => (queries, keys, values) =>
        decodeAttention(queries, keys, values, this.caches[layer]!, place),
    );
    return matMul(hidden, model.head().weight);
  }

  private draw(completions: readonly Growing[], logits: () => Tensor2D): DrawnTokens {
    const { ids, logProbs } = tf.tidy(() => {
      const bits = Int32Array.from(completions, ({ random }) =>
        this.rule.temperature > 0 ? random.uniform() * 2 ** 32 : 0,
      );
      return sampleTokens(logits(), tf.tensor1d(bits, "int32"), this.rule);
    });
    return { completions, ids: tf.keep(ids), logProbs: tf.keep(logProbs) };
  }

  private sequencesOf(completions: readonly Growing[]): Tensor2D {
    const { sequences } = this;
    if (
      sequences?.of.length === completions.length &&
      completions.every((completion, row) => completion === sequences.of[row])
    )
      return sequences.tensor;
    sequences?.tensor.dispose();
    const rows = completions.map((completion) => [
      this.prompts.indexOf(completion.prompt),
      this.places.get(completion)!,
    ]);
    const tensor = tf.keep(tf.tensor2d(rows, [rows.length, 2], "int32"));
    this.sequences = { of: completions, tensor };
    return tensor;
  }

  private newCache(keys: Tensor3D, values: Tensor3D, lengths: readonly number[]): DecodingCache {
    const [, kvHeads, d] = keys.shape;
    const sequences = this.completions.length;
    const longest = Math.max(1, ...this.completions.map(({ limit }) => limit));
    const capacity = Math.min(firstCapacity, 8 * Math.ceil(longest / 8));
    return {
      promptLengths: lengths,
      promptKeys: tf.keep(decodingPromptKeys(keys, lengths)),
      promptValues: tf.keep(tf.clone(values)),
      ownKeys: tf.keep(tf.zeros<tf.Rank.R4>([sequences, kvHeads, d, capacity])),
      ownValues: tf.keep(tf.zeros<tf.Rank.R4>([sequences, kvHeads, capacity, d])),
    };
  }

  /** Doubles the own caches when position `step` is past their end. */
  private makeRoom(step: number): void {
    this.caches.forEach((cache, layer) => {
      if (step < cache.ownKeys.shape[3]) return;
      const doubled = (tensor: Tensor4D, axis: number): Tensor4D => {
        const larger = tf.tidy(() => tf.concat([tensor, tf.zerosLike(tensor)], axis));
        tensor.dispose();
        return tf.keep(larger);
      };
      this.caches[layer] = {
        ...cache,
        ownKeys: doubled(cache.ownKeys, 3),
        ownValues: doubled(cache.ownValues, 2),
      };
    });
  }
}

/** @throws RarlError `LOGITS_NOT_FINITE` */
async function receive({ completions, ids, logProbs }: DrawnTokens, vocabulary: number): Promise<void> {
  const [idValues, logProbValues] = await Promise.all([ids.data(), logProbs.data()]);
  completions.forEach((completion, row) => {
    if (!completion.isOpen()) return;
    const id = idValues[row]!;
    if (id < 0) throw rarlError("LOGITS_NOT_FINITE", { vocabulary });
    completion.append(id, logProbValues[row]!);
  });
}

function dispose({ ids, logProbs }: DrawnTokens): void {
  tf.dispose([ids, logProbs]);
}
