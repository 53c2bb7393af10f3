import { rarlError } from "@rarl-sdk/core";
import { openCheckpoint, type Checkpoint } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import type { EncoderConfig } from "./encoder-config.js";
import { blockNames, canonicalName } from "./weight-names.js";

/** `y = x · weight + bias`, the weight kept as `[in, out]`. */
export interface LinearWeights {
  readonly weight: Tensor2D;
  readonly bias: Tensor1D;
}

export interface NormWeights {
  readonly weight: Tensor1D;
  readonly bias: Tensor1D;
}

export interface BlockWeights {
  readonly query: LinearWeights;
  readonly key: LinearWeights;
  readonly value: LinearWeights;
  readonly attentionOutput: LinearWeights;
  readonly attentionNorm: NormWeights;
  readonly intermediate: LinearWeights;
  readonly output: LinearWeights;
  readonly outputNorm: NormWeights;
}

export interface EncoderWeights {
  /** `[vocab, hidden]` */
  readonly wordEmbeddings: Tensor2D;
  /** `[positions, hidden]`, the embedding of the first token type added where there is one. */
  readonly positionEmbeddings: Tensor2D;
  readonly embeddingNorm: NormWeights;
  readonly blocks: readonly BlockWeights[];
}

/**
 * Reads an encoder's embeddings and its first `layers` blocks onto the current engine; later blocks, poolers and heads
 * are left in the file.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `SAFETENSORS_INVALID`, `TENSOR_MISSING`, `TENSOR_SHAPE`
 */
export async function readEncoderWeights(
  directory: string,
  config: EncoderConfig,
  layers: number,
  signal?: AbortSignal,
): Promise<{ readonly weights: EncoderWeights; readonly tensors: readonly Tensor[] }> {
  const checkpoint = await openCheckpoint(directory);
  const reader = new WeightReader(checkpoint, directory);
  try {
    const weights = await readAll(reader, config, layers, signal);
    return { weights, tensors: reader.tensors };
  } catch (error) {
    tf.dispose([...reader.tensors]);
    throw error;
  } finally {
    await checkpoint.close();
  }
}

async function readAll(
  reader: WeightReader,
  config: EncoderConfig,
  layers: number,
  signal: AbortSignal | undefined,
): Promise<EncoderWeights> {
  const { architecture, hiddenSize, intermediateSize } = config;
  const wordEmbeddings = await reader.matrix("embeddings.word_embeddings.weight", [
    config.vocabSize,
    hiddenSize,
  ]);
  const positionEmbeddings = await reader.positions(config);
  const embeddingNorm = await reader.norm("embeddings.LayerNorm", hiddenSize);
  const blocks: BlockWeights[] = [];
  for (let layer = 0; layer < layers; layer++) {
    signal?.throwIfAborted();
    const names = blockNames(architecture, layer);
    const square = (name: string) => reader.linear(name, hiddenSize, hiddenSize);
    blocks.push({
      query: await square(names.query),
      key: await square(names.key),
      value: await square(names.value),
      attentionOutput: await square(names.attentionOutput),
      attentionNorm: await reader.norm(names.attentionNorm, hiddenSize),
      intermediate: await reader.linear(names.intermediate, hiddenSize, intermediateSize),
      output: await reader.linear(names.output, intermediateSize, hiddenSize),
      outputNorm: await reader.norm(names.outputNorm, hiddenSize),
    });
  }
  return { wordEmbeddings, positionEmbeddings, embeddingNorm, blocks };
}

/** Reads tensors by their canonical names and remembers those it made. */
class WeightReader {
  readonly tensors: Tensor[] = [];
  private readonly stored: ReadonlyMap<string, string>;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly directory: string,
  ) {
    this.stored = new Map(checkpoint.names.map((name) => [canonicalName(name), name]));
  }

  async matrix(name: string, shape: readonly [number, number]): Promise<Tensor2D> {
    const values = await this.values(name, shape);
    return this.keep(tf.tensor2d(values, [...shape]));
  }

  async linear(name: string, inputs: number, outputs: number): Promise<LinearWeights> {
    const values = await this.values(`${name}.weight`, [outputs, inputs]);
    const weight = this.keep(tf.tidy(() => tf.transpose(tf.tensor2d(values, [outputs, inputs]))));
    return { weight, bias: await this.vector(`${name}.bias`, outputs) };
  }

  async norm(name: string, size: number): Promise<NormWeights> {
    return {
      weight: await this.vector(`${name}.weight`, size),
      bias: await this.vector(`${name}.bias`, size),
    };
  }

  /** The position table; a single sentence has token type 0 throughout, so that row is added here once. */
  async positions({ positions, hiddenSize }: EncoderConfig): Promise<Tensor2D> {
    const values = await this.values("embeddings.position_embeddings.weight", [positions, hiddenSize]);
    const typeName = "embeddings.token_type_embeddings.weight";
    if (this.stored.has(typeName)) {
      const types = await this.values(typeName, [-1, hiddenSize]);
      for (let index = 0; index < values.length; index++) values[index]! += types[index % hiddenSize]!;
    }
    return this.keep(tf.tensor2d(values, [positions, hiddenSize]));
  }

  private async vector(name: string, size: number): Promise<Tensor1D> {
    return this.keep(tf.tensor1d(await this.values(name, [size])));
  }

  private async values(name: string, shape: readonly number[]): Promise<Float32Array> {
    const stored = this.stored.get(name);
    if (stored === undefined) throw rarlError("TENSOR_MISSING", { file: this.directory, tensor: name });
    this.checkpoint.expectShape(stored, shape);
    return this.checkpoint.read(stored);
  }

  private keep<T extends Tensor>(tensor: T): T {
    this.tensors.push(tensor);
    return tf.keep(tensor);
  }
}
