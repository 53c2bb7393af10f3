import type { PolicyLossOptions } from "./policy-loss.js";

/** Running sums over the tokens of a step, from which its metrics are means. Plain numbers, no tensors. */
export class TokenDiagnostics {
  private kl = 0;
  private klTokens = 0;
  private clippedLow = 0;
  private clippedHigh = 0;
  private ratios = 0;
  private entropy = 0;
  private entropyTokens = 0;
  private gap = 0;
  private gapTokens = 0;
  private gapMaximum = 0;

  constructor(private readonly options: PolicyLossOptions) {}

  /** Adds one forward pass; all arrays `[tokens]`, completion after completion. */
  add(pass: {
    readonly logProbs: Float32Array;
    readonly oldLogProbs: Float32Array;
    readonly referenceLogProbs: Float32Array | null;
    readonly entropies: Float32Array | null;
    readonly advantages: Float32Array;
    readonly lengths: readonly number[];
  }): void {
    const { logProbs, referenceLogProbs } = pass;
    if (referenceLogProbs !== null) {
      logProbs.forEach((logProb, token) => {
        const difference = referenceLogProbs[token]! - logProb;
        this.kl += Math.expm1(difference) - difference;
      });
      this.klTokens += logProbs.length;
    }
    if (pass.entropies !== null) {
      for (const entropy of pass.entropies) this.entropy += entropy;
      this.entropyTokens += pass.entropies.length;
    }
    this.addClipping(pass);
  }

  /** Adds the agreement of the log-probs recorded while sampling with those of the training forward. */
  addGap(sampled: Float32Array, trained: Float32Array): void {
    trained.forEach((logProb, token) => {
      const difference = Math.abs(logProb - sampled[token]!);
      this.gap += difference;
      this.gapMaximum = Math.max(this.gapMaximum, difference);
    });
    this.gapTokens += trained.length;
  }

  /** The metrics under TRL's names, where there was something to measure. */
  metrics(): Record<string, number> {
    return {
      ...(this.ratios > 0 && {
        "clip_ratio/low_mean": this.clippedLow / this.ratios,
        "clip_ratio/high_mean": this.clippedHigh / this.ratios,
        "clip_ratio/region_mean": (this.clippedLow + this.clippedHigh) / this.ratios,
      }),
      ...(this.klTokens > 0 && { kl: this.kl / this.klTokens }),
      ...(this.entropyTokens > 0 && { entropy: this.entropy / this.entropyTokens }),
      ...(this.gapTokens > 0 && {
        logprob_gap: this.gap / this.gapTokens,
        "logprob_gap/max": this.gapMaximum,
      }),
    };
  }

  /** One ratio a token, or one a completion under sequence-level importance sampling. */
  private addClipping(pass: {
    readonly logProbs: Float32Array;
    readonly oldLogProbs: Float32Array;
    readonly advantages: Float32Array;
    readonly lengths: readonly number[];
  }): void {
    const sequence = this.options.importanceSampling === "sequence";
    let start = 0;
    for (const length of pass.lengths) {
      let meanLogRatio = 0;
      for (let token = start; token < start + length; token++) {
        const logRatio = pass.logProbs[token]! - pass.oldLogProbs[token]!;
        if (sequence) meanLogRatio += logRatio / length;
        else this.countRatio(Math.exp(logRatio), pass.advantages[token]!);
      }
      if (sequence) this.countRatio(Math.exp(meanLogRatio), pass.advantages[start]!);
      start += length;
    }
  }

  private countRatio(ratio: number, advantage: number): void {
    this.ratios++;
    if (ratio < 1 - this.options.epsilonLow && advantage < 0) this.clippedLow++;
    if (ratio > 1 + this.options.epsilonHigh && advantage > 0) this.clippedHigh++;
  }
}
