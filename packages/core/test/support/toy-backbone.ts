import * as tf from "@tensorflow/tfjs-core";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  rarlError,
  type AdaptableLinear,
  type Backbone,
  type Completion,
  type CompletionGroup,
  type EncodedPrompt,
  type NamedVariable,
  type PackedLogProbs,
  type Prompt,
  type RandomStream,
  type SamplingOptions,
} from "@rarl-sdk/core";

/** The words of the toy language; 0 ends a completion. */
export const words = ["", "<think> ", " </think> ", "<answer> ", " </answer>", "yes", "no", "see"];
const vocabulary = words.length;
/** Rows of the bigram table: one a word, and two for what the prompt was about. */
const contexts = vocabulary + 2;

/**
 * A bigram language model: the next word depends on the last one through a table of logits `[contexts, words]`. Small
 * enough to know by heart and still sampled, differentiated, saved and restored like any backbone.
 */
export class ToyBackbone implements Backbone {
  readonly fingerprint = "bigram-1";
  readonly contextLength = 64;
  readonly endTokenIds = [0];
  readonly parameterCount = contexts * vocabulary;
  /** Added to the table while an adapter is on, `[contexts, words]`. */
  adaptation: tf.Variable | null = null;
  private readonly table: tf.Variable;

  constructor(
    random: RandomStream,
    private readonly isTrainable: boolean,
  ) {
    const values = Float32Array.from({ length: this.parameterCount }, () => 0.3 * random.normal());
    this.table = variableOf(values);
  }

  linears(): readonly AdaptableLinear[] {
    return [];
  }

  encode(prompts: readonly Prompt[]): Promise<readonly EncodedPrompt[]> {
    return Promise.resolve(
      prompts.map(({ text }) => ({ tokenIds: [vocabulary + (text.length % 2)], imageTokens: 0 })),
    );
  }

  tokenize(text: string): readonly number[] {
    return text.split(" ").map((word) => Math.max(0, words.indexOf(word)));
  }

  detokenize(tokenIds: readonly number[]): string {
    return tokenIds.map((id) => words[id]).join("");
  }

  async sample(
    prompts: readonly EncodedPrompt[],
    options: SamplingOptions,
    random: RandomStream,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Completion[])[]> {
    const logits = tf.tidy(() => this.logits().clone());
    const table = (await logits.data()) as Float32Array;
    logits.dispose();
    return prompts.map(({ tokenIds }) =>
      Array.from({ length: options.completions }, () =>
        drawCompletion(table, tokenIds[0]!, options, random, signal),
      ),
    );
  }

  logProbs(groups: readonly CompletionGroup[]): PackedLogProbs {
    const { previous, next } = bigrams(groups);
    return {
      logProbs: tf.tidy(() => {
        const rows = tf.matMul(oneHot(previous, contexts), this.logits());
        return tf.sum<tf.Tensor1D>(tf.mul(tf.logSoftmax(rows), oneHot(next, vocabulary)), 1);
      }),
    };
  }

  /**
   * Gradient of the sum of `weights` times log-probs, `[contexts, words]`, by its formula: TensorFlow.js comes to
   * Node without gradients of its own ops, and core does not depend on the package that brings them.
   */
  weightedGradient(groups: readonly CompletionGroup[], weights: readonly number[]): tf.Tensor {
    const { previous, next } = bigrams(groups);
    return tf.tidy(() => {
      const from = oneHot(previous, contexts);
      const surprise = tf.sub(oneHot(next, vocabulary), tf.softmax(tf.matMul(from, this.logits())));
      return tf.matMul(
        from,
        tf.mul<tf.Tensor2D>(surprise, tf.tensor2d([...weights], [weights.length, 1])),
        true,
      );
    });
  }

  variables(): readonly NamedVariable[] {
    return this.isTrainable ? [{ name: "bigram.weight", variable: this.table }] : [];
  }

  save(directory: string): Promise<void> {
    return saveVariable(join(directory, "model.json"), this.table);
  }

  load(directory: string): Promise<void> {
    return loadVariable(join(directory, "model.json"), this.table);
  }

  dispose(): void {
    this.table.dispose();
  }

  private logits(): tf.Tensor2D {
    return (this.adaptation === null ? this.table : tf.add(this.table, this.adaptation)) as tf.Tensor2D;
  }
}

/** The toy backbone that a toy part needs. */
export function asToy(backbone: Backbone): ToyBackbone {
  if (backbone instanceof ToyBackbone) return backbone;
  throw new TypeError("the toy parts work with the toy backbone only");
}

/** A trainable table `[contexts, words]`. */
export function variableOf(values: Float32Array): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [contexts, vocabulary])));
}

export async function saveVariable(file: string, variable: tf.Tensor): Promise<void> {
  await writeFile(file, JSON.stringify([...(await variable.data())]));
}

export async function loadVariable(file: string, variable: tf.Variable): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => {
    throw rarlError("CHECKPOINT_FILE_MISSING", { file });
  });
  const values = Float32Array.from(JSON.parse(text) as number[]);
  tf.tidy(() => {
    variable.assign(tf.tensor(values, variable.shape));
  });
}

/** Every word of every completion with the one before it, in the order group, completion, token. */
function bigrams(groups: readonly CompletionGroup[]): { previous: number[]; next: number[] } {
  const previous: number[] = [];
  const next: number[] = [];
  for (const { prompt, completions } of groups) {
    for (const ids of completions) {
      previous.push(prompt.tokenIds[0]!, ...ids.slice(0, -1));
      next.push(...ids);
    }
  }
  return { previous, next };
}

function oneHot(ids: readonly number[], depth: number): tf.Tensor2D {
  const values = new Float32Array(ids.length * depth);
  ids.forEach((id, row) => (values[row * depth + id] = 1));
  return tf.tensor2d(values, [ids.length, depth]);
}

function drawCompletion(
  table: Float32Array,
  start: number,
  { maxNewTokens, temperature }: SamplingOptions,
  random: RandomStream,
  signal: AbortSignal | undefined,
): Completion {
  const tokenIds: number[] = [];
  const logProbs: number[] = [];
  let previous = start;
  while (tokenIds.length < maxNewTokens && signal?.aborted !== true) {
    const row = Array.from(table.subarray(previous * vocabulary, (previous + 1) * vocabulary));
    const scaled = row.map((logit) => logit / (temperature === 0 ? 1 : temperature));
    const top = Math.max(...scaled);
    const total = scaled.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    const probabilities = scaled.map((logit) => Math.exp(logit - top) / total);
    let id = scaled.indexOf(top);
    if (temperature > 0) {
      let rest = random.uniform();
      id = probabilities.findIndex((probability) => (rest -= probability) < 0);
      if (id < 0) id = vocabulary - 1;
    }
    tokenIds.push(id);
    logProbs.push(Math.log(probabilities[id]!));
    if (id === 0) break;
    previous = id;
  }
  const ended = tokenIds.at(-1) === 0;
  return {
    tokenIds,
    logProbs: Float32Array.from(logProbs),
    text: tokenIds.map((id) => words[id]).join(""),
    finishReason: ended ? "stop" : signal?.aborted === true ? "aborted" : "length",
  };
}
