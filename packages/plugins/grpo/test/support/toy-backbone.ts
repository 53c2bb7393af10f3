import type {
  Adapter,
  AdaptableLinear,
  Backbone,
  Completion,
  CompletionGroup,
  EncodedPrompt,
  LogProbOptions,
  NamedVariable,
  PackedLogProbs,
  Prompt,
  RandomStream,
  SamplingOptions,
} from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";

/** Ids are the characters of this alphabet; the last one ends a completion. */
const alphabet = "abcdefgh.";
const size = alphabet.length;
const end = size - 1;

/**
 * A whole policy in one table: the logits of the next character given the last one, `[size, size]`. It samples and
 * differentiates for real; only its context is short.
 */
export class ToyBackbone implements Backbone {
  readonly fingerprint = "toy";
  readonly contextLength = 64;
  readonly endTokenIds = [end];
  readonly parameterCount = size * size;
  readonly table: tf.Variable;
  /** Added to the table when an adapter is attached and on. */
  delta: tf.Variable | null = null;
  deltaOn = true;
  /** Forward passes of `logProbs` so far. */
  passes = 0;
  /** When set, what every log-prob is multiplied by; NaN makes a broken model. */
  fault: number | null = null;

  constructor(logits: readonly number[] = new Array<number>(size * size).fill(0)) {
    this.table = tf.variable(tf.tensor2d([...logits], [size, size]));
  }

  linears(): readonly AdaptableLinear[] {
    return [];
  }

  encode(prompts: readonly Prompt[]): Promise<readonly EncodedPrompt[]> {
    return Promise.resolve(prompts.map(({ text }) => ({ tokenIds: this.tokenize(text), imageTokens: 0 })));
  }

  tokenize(text: string): readonly number[] {
    return Array.from(text, (character) => Math.max(0, alphabet.indexOf(character)));
  }

  detokenize(tokenIds: readonly number[]): string {
    return tokenIds
      .filter((id) => id !== end)
      .map((id) => alphabet[id])
      .join("");
  }

  /** Probabilities of the next character after `id`, in doubles. */
  distribution(id: number, temperature = 1): number[] {
    const rows = tf.tidy(() => this.logits().dataSync<"float32">());
    const exponentials = [...rows.slice(id * size, (id + 1) * size)].map((logit) =>
      Math.exp(logit / temperature),
    );
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    return exponentials.map((value) => value / total);
  }

  sample(prompts: readonly EncodedPrompt[], options: SamplingOptions, random: RandomStream) {
    const draw = (prompt: EncodedPrompt): Completion => {
      const tokenIds: number[] = [];
      const logProbs: number[] = [];
      let last = prompt.tokenIds.at(-1)!;
      while (tokenIds.length < options.maxNewTokens && last !== end) {
        const probabilities = this.distribution(last, options.temperature);
        let left = random.uniform();
        last = probabilities.findIndex((probability) => (left -= probability) < 0);
        if (last < 0) last = size - 1;
        tokenIds.push(last);
        logProbs.push(Math.log(probabilities[last]!));
      }
      return {
        tokenIds,
        logProbs: Float32Array.from(logProbs),
        text: this.detokenize(tokenIds),
        finishReason: last === end ? "stop" : "length",
      };
    };
    return Promise.resolve(
      prompts.map((prompt) => Array.from({ length: options.completions }, () => draw(prompt))),
    );
  }

  logProbs(groups: readonly CompletionGroup[], options: LogProbOptions = {}): PackedLogProbs {
    this.passes++;
    const before: number[] = [];
    const targets: number[] = [];
    for (const { prompt, completions } of groups)
      for (const completion of completions) {
        before.push(prompt.tokenIds.at(-1)!, ...completion.slice(0, -1));
        targets.push(...completion);
      }
    const temperature = options.temperature ?? 1;
    const fault = this.fault ?? 1;
    const distributions = () =>
      tf.logSoftmax<tf.Tensor2D>(tf.div(tf.matMul(oneHot(before), this.logits()), temperature)); // [tokens, size]
    // The closed form of the gradient: (one-hot target - probabilities) / temperature, summed over equal contexts.
    const differentiable = tf.customGrad<tf.Tensor1D>((_, save) => {
      const all = distributions();
      (save as (tensors: tf.Tensor[]) => void)([all]);
      return {
        value: tf.mul(tf.sum(tf.mul(all, oneHot(targets)), 1), fault),
        gradFunc: (dy, saved) => {
          const errors = tf.mul(tf.sub(oneHot(targets), tf.exp(saved[0]!)), tf.reshape(dy, [-1, 1]));
          return tf.mul(tf.matMul(tf.transpose(oneHot(before)), errors), fault / temperature);
        },
      };
    });
    const logProbs = differentiable(this.delta !== null && this.deltaOn ? this.delta : this.table);
    const entropies = tf.tidy(() => {
      const all = distributions();
      return tf.neg<tf.Tensor1D>(tf.sum(tf.mul(tf.exp(all), all), 1));
    });
    if (options.entropies === true) return { logProbs, entropies };
    entropies.dispose();
    return { logProbs };
  }

  variables(): readonly NamedVariable[] {
    return [{ name: "table", variable: this.table }];
  }

  save(): Promise<void> {
    return Promise.resolve();
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.table.dispose();
  }

  private logits(): tf.Tensor {
    return this.delta !== null && this.deltaOn ? tf.add(this.table, this.delta) : tf.clone(this.table);
  }
}

function oneHot(ids: readonly number[]): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.tensor1d([...ids], "int32"), size), "float32") as tf.Tensor2D;
}

/** A table that is added to the frozen one, starting at zero. */
export function attachToyAdapter(backbone: ToyBackbone): Adapter {
  const delta = tf.variable(tf.zeros([size, size]));
  backbone.delta = delta;
  return {
    variables: [{ name: "delta", variable: delta }],
    withDisabled(work) {
      backbone.deltaOn = false;
      try {
        return work();
      } finally {
        backbone.deltaOn = true;
      }
    },
    save: () => Promise.resolve(),
    load: () => Promise.resolve(),
    merge: () => undefined,
    dispose() {
      delta.dispose();
      backbone.delta = null;
    },
  };
}
