import { span, startSpan, type Span } from "@rarl-sdk/core";
import { matMul, sampleToken, type SamplingRule } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { gatherItems } from "../model/gather-items.js";
import { LayerCache, paddedRows, promptMask } from "../model/key-value-cache.js";
import type { LanguageModel } from "../model/language-model.js";
import type { Qwen2VLPrompt } from "../model/prompt.js";
import type { Growing } from "./growing.js";
import { prefill, type SamplingModel } from "./prefill.js";
import { DecodingSlots } from "./slots.js";

/** Decodes with TensorFlow.js's own operations on any engine, and draws each token from logits that come here. */
export class HostDecoder {
  private readonly caches: LayerCache[] = [];
  /** Every id of prompt and completion, for the repetition penalty. */
  private readonly histories: ReadonlyMap<Growing, Set<number>>;

  constructor(
    private readonly backbone: SamplingModel,
    private readonly prompts: readonly Qwen2VLPrompt[],
    private readonly growing: readonly (readonly Growing[])[],
    private readonly rule: SamplingRule,
  ) {
    this.histories = new Map(growing.flat().map((one) => [one, new Set(one.prompt.tokenIds)]));
  }

  /** Grows every completion to its end, or to the abort. */
  async run(signal?: AbortSignal): Promise<void> {
    let mask = promptMask(this.prompts.map(({ tokenIds }) => tokenIds.length));
    let decoding: Span | null = null;
    try {
      const first = await span("rollout_prefill", () => readRows(this.firstLogits()));
      this.growing.forEach((completions, prompt) => {
        for (const completion of completions) this.draw(completion, first[prompt]!);
      });
      decoding = startSpan("rollout_decode");
      const slots = new DecodingSlots(this.growing);
      while (this.growing.some((completions) => completions.some((completion) => completion.isOpen()))) {
        if (signal?.aborted === true) break;
        const compaction = slots.compact((completion) => completion.isOpen());
        if (compaction !== null) {
          for (const cache of this.caches) cache.select(compaction.prompts, compaction.rows);
          const selected = gatherItems(mask, compaction.prompts);
          mask.dispose();
          mask = selected;
        }
        const rows = slots.rows();
        const logits = await readRows(decodeStep(this.backbone.model, this.caches, mask, rows));
        const drawn = new Set<Growing>();
        rows.forEach((completion, row) => {
          if (!completion.isOpen() || drawn.has(completion)) return;
          drawn.add(completion);
          this.draw(completion, logits[row]!);
        });
      }
    } finally {
      decoding?.end();
      mask.dispose();
      for (const cache of this.caches) cache.dispose();
    }
  }

  /** After the prompts, `[prompts, vocabulary]`. */
  private firstLogits(): Tensor2D {
    const rowIndex = paddedRows(this.prompts.map(({ tokenIds }) => tokenIds.length));
    return tf.tidy(() => {
      const hidden = prefill(this.backbone, this.prompts, (layer, keys, values) => {
        this.caches[layer] = new LayerCache({ keys, values }, rowIndex, this.prompts.length);
      });
      return matMul(hidden, this.backbone.model.head().weight);
    });
  }

  private draw(completion: Growing, logits: Float32Array): void {
    const history = this.histories.get(completion)!;
    const { id, logProb } = sampleToken(logits, history, this.rule, completion.random);
    completion.append(id, logProb);
    history.add(id);
  }
}

/** One token of every row: logits `[rows, vocabulary]`. */
function decodeStep(
  model: LanguageModel,
  caches: readonly LayerCache[],
  mask: Tensor3D,
  rows: readonly Growing[],
): Tensor2D {
  return tf.tidy(() => {
    const ids = Int32Array.from(rows, ({ lastId }) => lastId);
    const positions = new Int32Array(3 * rows.length);
    rows.forEach(({ prompt, length }, row) => {
      const position = prompt.nextPosition + length - 1;
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
