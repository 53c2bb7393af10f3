import * as tf from "@tensorflow/tfjs-core";
import type { TextEncoder } from "../encoder/text-encoder.js";
import type { EncodedSentence } from "./greedy-match.js";

/**
 * Encodes sentences in batches of at most `tokensPerBatch` tokens (or one sentence), the longest first, so that a
 * batch too large for the engine shows at once and sentences of one length stand together.
 * @param sentences ids of each, special ones included
 * @returns in the order of `sentences`, rows scaled to length 1
 */
export async function encodeSentences(
  encoder: TextEncoder,
  sentences: readonly (readonly number[])[],
  tokensPerBatch: number,
  signal: AbortSignal,
): Promise<readonly EncodedSentence[]> {
  const encoded = new Array<EncodedSentence>(sentences.length);
  for (const batch of batchesByLength(sentences, tokensPerBatch)) {
    signal.throwIfAborted();
    const ids = batch.map((index) => sentences[index]!);
    const values = await unitRows(encoder, ids);
    const hidden = encoder.config.hiddenSize;
    let offset = 0;
    for (const index of batch) {
      const size = sentences[index]!.length * hidden;
      // A copy: a view would keep the whole batch alive for as long as one sentence is cached.
      encoded[index] = { ids: sentences[index]!, embeddings: values.slice(offset, offset + size) };
      offset += size;
    }
  }
  return encoded;
}

/** Indices of sentences by falling length, in batches within the budget of tokens. */
export function batchesByLength(
  sentences: readonly (readonly number[])[],
  tokensPerBatch: number,
): readonly (readonly number[])[] {
  const order = sentences.map((_, index) => index);
  order.sort((a, b) => sentences[b]!.length - sentences[a]!.length || a - b);
  const batches: number[][] = [];
  let room = 0;
  for (const index of order) {
    const { length } = sentences[index]!;
    if (batches.length === 0 || length > room) {
      batches.push([]);
      room = tokensPerBatch;
    }
    batches.at(-1)!.push(index);
    room -= length;
  }
  return batches;
}

async function unitRows(
  encoder: TextEncoder,
  sentences: readonly (readonly number[])[],
): Promise<Float32Array> {
  const rows = tf.tidy(() => {
    const hidden = encoder.forward(sentences);
    return tf.div(hidden, tf.sqrt(tf.sum(tf.square(hidden), -1, true)));
  });
  try {
    return (await rows.data()) as Float32Array;
  } finally {
    rows.dispose();
  }
}
