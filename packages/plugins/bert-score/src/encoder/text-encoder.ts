import { embedding, gelu, groupAttention, layerNorm, linear, type GroupLayout } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { readEncoderConfig, type EncoderConfig } from "./encoder-config.js";
import {
  readEncoderWeights,
  type BlockWeights,
  type EncoderWeights,
  type LinearWeights,
  type NormWeights,
} from "./encoder-weights.js";
import { loadSentenceTokenizer, type SentenceTokenizer } from "./sentence-tokenizer.js";

/**
 * A BERT, RoBERTa or DistilBERT encoder up to one of its blocks, on TensorFlow.js's current engine. Sentences are
 * packed one after another without padding, so a batch costs what its tokens cost.
 */
export class TextEncoder {
  private constructor(
    readonly config: EncoderConfig,
    readonly tokenizer: SentenceTokenizer,
    private readonly weights: EncoderWeights,
    private readonly tensors: readonly Tensor[],
  ) {}

  /**
   * Reads a checkpoint in the Hugging Face layout. Needs an engine.
   * @param layer blocks to run, 0 (the embeddings) to all
   * @throws RarlError `ENCODER_MISSING`, `ENCODER_LAYER`, `ARCHITECTURE_UNKNOWN`, and those of checkpoint files
   */
  static async open(directory: string, layer: number, signal?: AbortSignal): Promise<TextEncoder> {
    const config = readEncoderConfig(directory);
    const tokenizer = await loadSentenceTokenizer(directory, config);
    const { weights, tensors } = await readEncoderWeights(directory, config, layer, signal);
    return new TextEncoder(config, tokenizer, weights, tensors);
  }

  /**
   * The output of the last block read, one row a token, sentence after sentence.
   * @param sentences ids of each, special ones included, at most as many as the encoder has positions
   * @returns `[Σ tokens, hidden]`
   */
  forward(sentences: readonly (readonly number[])[]): Tensor2D {
    return tf.tidy(() => {
      const ids = sentences.flat();
      const positions = sentences.flatMap((sentence) => this.positionsOf(sentence));
      const words = embedding(tf.tensor1d(ids, "int32"), this.weights.wordEmbeddings);
      const places = embedding(tf.tensor1d(positions, "int32"), this.weights.positionEmbeddings);
      const layout = { groups: sentences.map(({ length }) => ({ prefix: length, branches: [] })) };
      let x = this.norm(tf.add(words, places), this.weights.embeddingNorm);
      for (const block of this.weights.blocks) x = this.block(x, block, layout);
      return x;
    });
  }

  dispose(): void {
    tf.dispose([...this.tensors]);
  }

  /** One block with its norms behind the residual sums, as in BERT. */
  private block(x: Tensor2D, weights: BlockWeights, layout: GroupLayout): Tensor2D {
    return tf.tidy(() => {
      const rows = x.shape[0];
      const { hiddenSize, heads } = this.config;
      const split = (layer: LinearWeights): Tensor3D =>
        tf.reshape(linear(x, layer.weight, layer.bias), [rows, heads, hiddenSize / heads]);
      const attended = groupAttention(
        split(weights.query),
        split(weights.key),
        split(weights.value),
        layout,
        {
          causal: false,
        },
      );
      const joined: Tensor2D = tf.reshape(attended, [rows, hiddenSize]);
      const { attentionOutput, intermediate, output } = weights;
      const attention = linear(joined, attentionOutput.weight, attentionOutput.bias);
      const middle = this.norm(tf.add(x, attention), weights.attentionNorm);
      const hidden = gelu(linear(middle, intermediate.weight, intermediate.bias));
      return this.norm(tf.add(middle, linear(hidden, output.weight, output.bias)), weights.outputNorm);
    });
  }

  private norm(x: Tensor2D, { weight, bias }: NormWeights): Tensor2D {
    return layerNorm(x, weight, bias, this.config.layerNormEpsilon);
  }

  private positionsOf(sentence: readonly number[]): number[] {
    const { firstPosition, paddingId } = this.config;
    let next = firstPosition;
    // A padding token written out in a text keeps the padding's own position, and the count goes on behind it.
    return sentence.map((id) => (id === paddingId ? paddingId : next++));
  }
}
