/**
 * Supervised fine-tuning on the completions that samples teach: the baseline RARL compares with, and the way the tiny
 * base of the quickstart was made. The loss is the mean negative log-likelihood over the target tokens of the whole
 * batch, end token included, however the batch is cut into forward passes.
 *
 *     rarl-sdk run rarl.yaml        # algorithm: { name: sft, batchSize: 8 }
 */
import {
  inject,
  injectable,
  rarlError,
  tokens,
  type Algorithm,
  type CompletionGroup,
  type Prompt,
  type Sample,
  type StepContext,
  type StepReport,
  type UpdateOutcome,
} from "@rarl-sdk/core";
import { GradientSum, valueAndGradients } from "@rarl-sdk/nn";
import type { SftOptions } from "./options.js";
import { targetText } from "./target-text.js";
import { tokenLoss } from "./token-loss.js";

@injectable()
export class Sft implements Algorithm {
  readonly samplesPerStep: number;

  constructor(@inject(tokens.options) private readonly options: SftOptions) {
    this.samplesPerStep = options.batchSize;
  }

  async step(samples: readonly Sample[], context: StepContext): Promise<StepReport> {
    const groups = await this.teach(samples, context);
    const targetTokens = groups.reduce((total, group) => total + group.completions[0]!.length, 0);
    const promptTokens = groups.reduce((total, group) => total + group.prompt.tokenIds.length, 0);
    const microBatch = this.options.microBatch ?? this.options.batchSize;

    const gradients = new GradientSum();
    const warnings: string[] = [];
    let loss = 0;
    let outcome: UpdateOutcome;
    try {
      for (let first = 0; first < groups.length; first += microBatch) {
        context.signal.throwIfAborted();
        const pass = groups.slice(first, first + microBatch);
        const result = valueAndGradients(
          () => tokenLoss(context.backbone.logProbs(pass).logProbs, targetTokens),
          context.variables.map(({ variable }) => variable),
        );
        gradients.add(result.gradients);
        loss += (await result.value.data())[0]!;
        result.value.dispose();
      }
      if (!Number.isFinite(loss)) {
        // Whatever such gradients are, they must not be applied: the run's own guard skips, counts and stops.
        gradients.poison();
        const ids = samples.map(({ id }) => id).join(", ");
        warnings.push(`loss of step ${context.step} is not finite; update skipped (samples ${ids})`);
      }
      outcome = await context.update(gradients.take());
    } finally {
      gradients.dispose();
    }
    const metrics = {
      loss,
      grad_norm: outcome.gradientNorm,
      learning_rate: outcome.learningRate,
      num_tokens: promptTokens + targetTokens,
      num_target_tokens: targetTokens,
    };
    return {
      metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
      completions: [],
      warnings,
    };
  }

  /**
   * Every sample as a group of one completion: its prompt, and its target closed by the end token.
   * @throws RarlError `TARGET_TOO_LONG`
   */
  private async teach(samples: readonly Sample[], context: StepContext): Promise<CompletionGroup[]> {
    const { backbone } = context;
    const prompts: Prompt[] = [];
    for (const sample of samples) prompts.push(await context.prompt(sample));
    const encoded = await backbone.encode(prompts, context.signal);
    return samples.map((sample, index) => {
      const prompt = encoded[index]!;
      const target = [
        ...backbone.tokenize(targetText(sample, this.options.target)),
        backbone.endTokenIds[0]!,
      ];
      const length = prompt.tokenIds.length + target.length;
      if (length > backbone.contextLength)
        throw rarlError("TARGET_TOO_LONG", {
          tokens: length,
          limit: backbone.contextLength,
          sample: sample.id,
        });
      return { prompt, completions: [target] };
    });
  }
}
