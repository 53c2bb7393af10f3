import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { completionWeights } from "../src/completion-weights.js";
import { TokenDiagnostics } from "../src/diagnostics.js";
import { highEntropyMask } from "../src/high-entropy-mask.js";
import type { LossType } from "../src/options.js";
import { policyLoss, type PolicyLossOptions } from "../src/policy-loss.js";
import { useWasm } from "./support/wasm.js";

interface Reference {
  readonly microStep: number;
  readonly maxNewTokens: number;
  readonly truncated: readonly number[];
  readonly logProbs: readonly number[][];
  readonly oldLogProbs: readonly number[][];
  readonly referenceLogProbs: readonly number[][];
  readonly entropies: readonly number[][];
  readonly advantages: readonly number[];
  readonly cases: readonly ReferenceCase[];
}

interface ReferenceCase {
  readonly lossType: LossType;
  readonly name: string;
  readonly options: {
    readonly old: boolean;
    readonly beta?: number;
    readonly level?: "token" | "sequence";
    readonly delta?: number;
    readonly mask_truncated?: boolean;
    readonly quantile?: number;
    readonly low?: number;
    readonly high?: number;
  };
  readonly loss: number;
  readonly gradient: readonly number[][];
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

const reference = JSON.parse(
  readFileSync(new URL("fixtures/trl-losses.json", import.meta.url), "utf8"),
) as Reference;

const flat = (rows: readonly number[][]) => Float32Array.from(rows.flat());

/** Our loss, gradient and diagnostics on the inputs of one case, micro-step by micro-step. */
function compute(given: ReferenceCase) {
  const { options } = given;
  const loss: PolicyLossOptions = {
    beta: options.beta ?? 0,
    epsilonLow: options.low ?? 0.2,
    epsilonHigh: options.high ?? 0.2,
    delta: options.delta ?? null,
    importanceSampling: options.level ?? "token",
  };
  const left = (completion: number) =>
    options.mask_truncated !== true || !reference.truncated.includes(completion);
  const weights = completionWeights(
    given.lossType,
    reference.logProbs.map((row, completion) => ({
      tokens: row.length,
      microStep: Math.floor(completion / reference.microStep),
      counts: left(completion),
    })),
    reference.maxNewTokens,
  );
  const gradient = reference.logProbs.map((row) => row.map(() => 0));
  const metrics: Record<string, number>[] = [];
  let total = 0;
  for (let first = 0; first < reference.logProbs.length; first += reference.microStep) {
    const used = Array.from({ length: reference.microStep }, (_, index) => first + index).filter(left);
    const rows = (source: readonly number[][]) => flat(used.map((completion) => source[completion]!));
    const spread = (values: readonly number[]) =>
      flat(used.map((completion) => reference.logProbs[completion]!.map(() => values[completion]!)));
    const lengths = used.map((completion) => reference.logProbs[completion]!.length);
    const quantile = options.quantile ?? 1;
    const { value, grad } = tf.tidy(() =>
      tf.valueAndGrad((logProbs) =>
        policyLoss(
          logProbs as tf.Tensor1D,
          {
            oldLogProbs: options.old ? tf.tensor1d(rows(reference.oldLogProbs)) : null,
            referenceLogProbs: loss.beta > 0 ? tf.tensor1d(rows(reference.referenceLogProbs)) : null,
            advantages: tf.tensor1d(spread(reference.advantages)),
            weights: tf.tensor1d(spread(weights)),
            policyMask:
              quantile < 1 ? tf.tensor1d(highEntropyMask(rows(reference.entropies), quantile)) : null,
            lengths,
          },
          loss,
        ),
      )(tf.tensor1d(rows(reference.logProbs))),
    );
    total += value.dataSync()[0]!;
    const gradients = grad.dataSync();
    tf.dispose([value, grad]);
    let token = 0;
    for (const completion of used)
      gradient[completion] = reference.logProbs[completion]!.map(() => gradients[token++]!);

    const diagnostics = new TokenDiagnostics(loss);
    diagnostics.add({
      logProbs: rows(reference.logProbs),
      oldLogProbs: rows(options.old ? reference.oldLogProbs : reference.logProbs),
      referenceLogProbs: loss.beta > 0 ? rows(reference.referenceLogProbs) : null,
      entropies: rows(reference.entropies),
      advantages: spread(reference.advantages),
      lengths,
    });
    metrics.push(diagnostics.metrics());
  }
  return { total, gradient, metrics };
}

describe("policy loss against TRL", () => {
  before(useWasm);

  for (const given of reference.cases)
    it(`has TRL's value and gradient: ${given.lossType}, ${given.name}`, () => {
      // TRL divides by all completions even when some are masked; here by those left.
      const perCompletion = given.lossType === "grpo" || given.lossType === "dr_grpo";
      const all = reference.logProbs.length;
      const factor =
        given.options.mask_truncated === true && perCompletion ? all / (all - reference.truncated.length) : 1;

      const ours = compute(given);

      const scale = Math.max(...given.gradient.flat().map(Math.abs)) * factor;
      expect(scale).to.be.greaterThan(0.001);
      // A loss is a sum of terms of either sign: its rounding is relative to the terms, which gradients measure.
      expect(ours.total).to.be.closeTo(given.loss * factor, 1e-6 * Math.max(Math.abs(given.loss), scale));
      given.gradient.forEach((row, completion) => {
        row.forEach((value, token) => {
          expect(ours.gradient[completion]![token]).to.be.closeTo(value * factor, 1e-6 * scale);
        });
      });
    });

  for (const given of reference.cases.filter(({ lossType }) => lossType === "grpo"))
    it(`has TRL's metrics: ${given.name}`, () => {
      const ours = compute(given);

      expect(given.metrics).to.include.keys("clip_ratio/low_mean", "entropy");
      for (const [name, values] of Object.entries(given.metrics))
        values.forEach((value, microStep) => {
          expect(ours.metrics[microStep]![name], name).to.be.closeTo(value, 1e-6);
        });
    });

  it("clips in the cases that are meant to clip", () => {
    const clipped = reference.cases.find(({ name }) => name === "clipped")!;
    const share = clipped.metrics["clip_ratio/region_mean"]!;

    expect(Math.min(...share)).to.be.greaterThan(0.1);
    expect(clipped.gradient.flat().filter((value) => value === 0)).not.to.be.empty;
  });

  it("has a ratio of exactly 1 and the gradient of A log pi without old log-probs", () => {
    const advantage = tf.tensor1d([2, 2, -1]);
    const weights = tf.tensor1d([0.25, 0.25, 0.5]);
    const logProbs = tf.tensor1d([-0.3, -1.7, -2.9]);
    const batch = {
      oldLogProbs: null,
      referenceLogProbs: null,
      advantages: advantage,
      weights,
      policyMask: null,
      lengths: [2, 1],
    };
    const options = {
      beta: 0,
      epsilonLow: 0.2,
      epsilonHigh: 0.2,
      delta: null,
      importanceSampling: "token",
    } as const;
    const before = tf.memory().numTensors;

    const { value, grad } = tf.valueAndGrad((x) => policyLoss(x as tf.Tensor1D, batch, options))(logProbs);

    expect(value.dataSync()[0]).to.equal(-0.5);
    expect([...grad.dataSync()]).to.deep.equal([-0.5, -0.5, 0.5]);
    tf.dispose([value, grad]);
    expect(tf.memory().numTensors).to.equal(before);
    tf.dispose([advantage, weights, logProbs]);
  });
});
