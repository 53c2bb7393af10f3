import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { inject, injectable, rarlError, tokens, type TextSimilarity } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import { readEncoderConfig } from "./encoder/encoder-config.js";
import { TextEncoder } from "./encoder/text-encoder.js";
import type { BertScoreOptions } from "./options.js";
import { readIdfTexts } from "./read-idf-texts.js";
import { publishedBaseline, readBaseline, type BertScore } from "./score/baseline.js";
import { BertScorer } from "./score/bert-scorer.js";
import { publishedLayer } from "./score/layer-table.js";
import { measureName } from "./score/measure-name.js";

/** A loaded encoder and the scorer over it. */
interface OpenScorer {
  readonly encoder: TextEncoder;
  readonly scorer: BertScorer;
}

/**
 * BERTScore as a text similarity, cut to [0, 1]. What can be checked without an engine (the encoder is there, its
 * layer and baseline are known) is checked when it is made; weights are read when the run opens it, or at first use.
 *
 * By the contract two empty texts are equal, where the package has 0.
 *
 * @throws RarlError `ENCODER_MISSING`, `ENCODER_LAYER`, `BASELINE_MISSING`, `BASELINE_INVALID`,
 *   `ARCHITECTURE_UNKNOWN`, `CHECKPOINT_CONFIG_INVALID`, and those of `readIdfTexts`
 */
@injectable()
export class BertScoreSimilarity implements TextSimilarity {
  readonly name: string;
  private readonly directory: string;
  private readonly layer: number;
  private readonly baseline: BertScore | undefined;
  private readonly idfTexts: readonly string[] | undefined;
  private opening: Promise<OpenScorer> | null = null;

  constructor(
    @inject(tokens.options) private readonly options: BertScoreOptions,
    @inject(tokens.baseDirectory) baseDirectory: string,
  ) {
    this.directory = resolve(baseDirectory, options.encoder);
    requireFolder(this.directory);
    const encoderName = options.encoderName ?? basename(this.directory);
    const { layers } = readEncoderConfig(this.directory);
    this.layer = chosenLayer(options.layer ?? publishedLayer(encoderName) ?? null, encoderName, layers);
    if (options.rescale) this.baseline = this.findBaseline(encoderName, baseDirectory);
    const { idf } = options;
    if (idf !== undefined) this.idfTexts = readIdfTexts(resolve(baseDirectory, idf.file), idf.field);
    const settings = measureName({
      encoderName,
      layer: this.layer,
      idfDigest: this.idfTexts === undefined ? null : digestOf(this.idfTexts),
      rescaled: !options.rescale ? "no" : options.baseline === undefined ? "published" : "custom",
    });
    this.name = `bert-score:${settings}${options.measure === "f1" ? "" : `_${options.measure}`}`;
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.scorer(signal);
  }

  async similarity(
    pairs: readonly { readonly candidate: string; readonly reference: string }[],
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    signal.throwIfAborted();
    const { scorer } = await this.scorer(signal);
    const requests = pairs.map(({ candidate, reference }) => ({ candidate, references: [reference] }));
    const scores = await scorer.score(requests, signal);
    return scores.map((score, index) => {
      const { candidate, reference } = pairs[index]!;
      if (candidate.trim() === "" && reference.trim() === "") return 1;
      return Math.min(Math.max(score[this.options.measure], 0), 1);
    });
  }

  async dispose(): Promise<void> {
    const opening = this.opening;
    this.opening = null;
    const opened = await opening?.catch(() => null);
    opened?.encoder.dispose();
  }

  private scorer(signal?: AbortSignal): Promise<OpenScorer> {
    this.opening ??= this.load(signal).catch((error: unknown) => {
      // An aborted or failed load must not answer for the next one.
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  private async load(signal?: AbortSignal): Promise<OpenScorer> {
    // Where no engine was chosen, as when predictions are graded after the fact, TensorFlow.js takes the backend it has.
    await tf.ready();
    const encoder = await TextEncoder.open(this.directory, this.layer, signal);
    const { tokensPerBatch, cacheMegabytes } = this.options;
    const scorer = new BertScorer(encoder, {
      idfTexts: this.idfTexts,
      baseline: this.baseline,
      tokensPerBatch,
      cacheBytes: cacheMegabytes * 2 ** 20,
    });
    return { encoder, scorer };
  }

  private findBaseline(encoder: string, baseDirectory: string): BertScore {
    const { layer, options } = this;
    if (options.baseline !== undefined) return readBaseline(resolve(baseDirectory, options.baseline), layer);
    const published = publishedBaseline(encoder, layer);
    if (published === undefined) throw rarlError("BASELINE_MISSING", { encoder, layer });
    return published;
  }
}

function requireFolder(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) throw rarlError("ENCODER_MISSING", { directory, reason: "it does not exist" });
  if (!found.isDirectory()) throw rarlError("ENCODER_MISSING", { directory, reason: "it is not a folder" });
}

function chosenLayer(layer: number | null, encoder: string, layers: number): number {
  if (layer === null || layer > layers) throw rarlError("ENCODER_LAYER", { encoder, layer, layers });
  return layer;
}

function digestOf(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}
