/**
 * Group relative policy optimisation (Shao et al. 2024), as RARL (arXiv 2506.06600, section 3) trains with it. One
 * step, top to bottom: prompts -> completions -> rewards -> advantages -> packed log-probs -> loss -> gradients.
 *
 *     rarl-sdk run rarl.yaml        # algorithm: { name: grpo, groupSize: 8, beta: 0.04 }
 *
 * Where this departs from the paper:
 * - The ratio, the clipping and the KL term are per token; the paper writes one ratio a completion
 *   (`importanceSampling: sequence` takes the completion's mean log ratio, as GSPO does).
 * - Advantages are divided by std + 1e-4, with the sample deviation (n - 1).
 * - A group whose rewards are all equal has no part in the update at all, not even through the KL term. Its tokens
 *   still count in the averages. If every group is so, no update is made.
 * - With one update per rollout the old log-probs are the current ones: the ratio is exactly 1, and no forward pass
 *   is spent on them.
 * Where it departs from TRL 1.13, beside that skipping of flat groups (TRL lets their KL gradient through): with
 * `maskTruncated` the averages of grpo and dr_grpo are over the completions left (TRL divides by all of them), and
 * rewards within 1e-8 of each other count as equal, with advantages of exactly 0. Losses, gradients and metrics are
 * tested against TRL's own code.
 */
import {
  inject,
  injectable,
  rarlError,
  span,
  startSpan,
  tokens,
  type AdvantageBatch,
  type Algorithm,
  type Backbone,
  type MemoryPlan,
  type MemoryRequest,
  type Sample,
  type SamplingOptions,
  type StepContext,
  type StepReport,
} from "@rarl-sdk/core";
import { GradientSum, valueAndGradients } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { groupAdvantages, isFlat } from "./advantages.js";
import { TokenDiagnostics } from "./diagnostics.js";
import { forwardPasses, type ForwardPass } from "./forward-pass.js";
import { highEntropyMask } from "./high-entropy-mask.js";
import { configuredCut, fittingCut, type StepCut } from "./memory-plan.js";
import type { GrpoOptions } from "./options.js";
import { overlongPenalty } from "./overlong-penalty.js";
import { policyLoss, type PolicyLossOptions } from "./policy-loss.js";
import { referencePolicy, type ReferencePolicy } from "./reference-policy.js";
import { sampleGroups, scoreGroups } from "./rollout.js";
import { completionRecords, type RolloutGroup } from "./rollout-group.js";
import { rolloutMetrics } from "./rollout-metrics.js";
import { rolloutWarnings } from "./rollout-warnings.js";
import { mean } from "./statistics.js";

@injectable()
export class Grpo implements Algorithm {
  readonly samplesPerStep: number;
  private readonly loss: PolicyLossOptions;
  private cut: StepCut;
  private reference: ReferencePolicy | null = null;
  /** Checkpoint to restore the reference from, when it is named before there is a reference. */
  private restoreFrom: string | null = null;

  constructor(@inject(tokens.options) private readonly options: GrpoOptions) {
    this.samplesPerStep = options.promptsPerStep * options.accumulation;
    this.cut = configuredCut(options);
    this.loss = { ...options, epsilonHigh: options.epsilonHigh ?? options.epsilonLow };
  }

  async start(context: Pick<StepContext, "backbone" | "adapter" | "variables">): Promise<void> {
    this.reference = referencePolicy(this.options, context);
    if (this.restoreFrom !== null) await this.load(this.restoreFrom);
  }

  fitMemory(request: MemoryRequest, backbone: Backbone): MemoryPlan {
    const { cut, plan } = fittingCut(this.options, request, backbone);
    this.cut = cut;
    return plan;
  }

  async step(samples: readonly Sample[], context: StepContext): Promise<StepReport> {
    const { groups, discarded } = await this.varyingGroups(samples, context);
    const advantages = await this.estimateAdvantages(groups, context);
    const passes = forwardPasses(groups, advantages, {
      ...this.options,
      ...this.cut,
    });
    try {
      const updates = await this.makeUpdates(passes, context);
      const { referenceSync } = this.options;
      if (referenceSync !== null && context.step % referenceSync.every === 0)
        this.reference?.mix(referenceSync.mixup);
      return {
        metrics: {
          ...rolloutMetrics(groups),
          ...(this.options.dynamicSampling !== null && { "dynamic_sampling/discarded": discarded.length }),
          ...updates.metrics,
        },
        completions: [
          ...groups.flatMap((group, index) => completionRecords(group, advantages[index]!)),
          ...discarded.flatMap((group) =>
            completionRecords(group, new Array<number>(group.rewards.length).fill(0)),
          ),
        ],
        warnings: [...rolloutWarnings(groups, this.options.maxNewTokens), ...updates.warnings],
      };
    } finally {
      for (const pass of passes) tf.dispose([pass.advantageTensor, pass.weightTensor]);
    }
  }

  /** Rolls the samples out; under dynamic sampling flat groups give way to groups of further samples that vary. */
  private async varyingGroups(samples: readonly Sample[], context: StepContext) {
    const groups = await this.rollOut(samples, context, "rollout");
    const discarded: RolloutGroup[] = [];
    for (let attempt = 1; attempt <= (this.options.dynamicSampling?.maxTries ?? 0); attempt++) {
      const flat = groups.flatMap((group, index) => (isFlat(group.rewards) ? [index] : []));
      if (flat.length === 0) break;
      const further = await context.moreSamples(flat.length);
      if (further.length === 0) break;
      for (const group of await this.rollOut(further, context, `rollout-retry-${attempt}`)) {
        const place = isFlat(group.rewards) ? undefined : flat.shift();
        discarded.push(place === undefined ? group : groups[place]!);
        if (place !== undefined) groups[place] = group;
      }
    }
    return { groups, discarded };
  }

  /**
   * Prompts, completions and rewards of some samples. While a batch of prompts is sampled the rewards of the batch
   * before are computed; the weights are the same for all, so that every completion is on-policy.
   */
  private async rollOut(
    samples: readonly Sample[],
    context: StepContext,
    purpose: string,
  ): Promise<RolloutGroup[]> {
    const { rolloutPrompts } = this.cut;
    const scored: Promise<RolloutGroup[]>[] = [];
    for (let first = 0; first < samples.length; first += rolloutPrompts) {
      const batch = samples.slice(first, first + rolloutPrompts);
      const stream = first === 0 ? purpose : `${purpose}/${first}`;
      const scores = scoreGroups(
        await sampleGroups(batch, context, this.sampling, stream),
        context,
        this.penalty,
      );
      // It is awaited below; until then its failure is no unhandled one.
      scores.catch(() => undefined);
      scored.push(scores);
    }
    return (await span("rewards", () => Promise.all(scored))).flat();
  }

  /** The algorithm's own tap on the advantages hook. */
  advantages(batch: AdvantageBatch): AdvantageBatch {
    const { lossType, scaleRewards } = this.options;
    const scale = scaleRewards ?? (lossType === "dr_grpo" ? "none" : "group");
    return { ...batch, advantages: groupAdvantages(batch.rewards, batch.groupSizes, scale).advantages };
  }

  /** Rewards to advantages through the hook, so that a plugin can shape either; `[groups][completions]`. */
  private async estimateAdvantages(
    groups: readonly RolloutGroup[],
    context: StepContext,
  ): Promise<number[][]> {
    const batch = await context.hooks.advantages.promise({
      rewards: groups.flatMap((group) => group.rewards),
      groupSizes: groups.map((group) => group.rewards.length),
      samples: groups.map((group) => group.sample),
      advantages: null,
    });
    const advantages = batch.advantages ?? this.advantages(batch).advantages!;
    let first = 0;
    return groups.map(({ rewards }) => advantages.slice(first, (first += rewards.length)));
  }

  /** `updatesPerRollout` updates from one rollout, each from the summed gradients of all passes. */
  private async makeUpdates(passes: readonly ForwardPass[], context: StepContext) {
    const diagnostics = new TokenDiagnostics(this.loss);
    const losses: number[] = [];
    const warnings: string[] = [];
    const oldLogProbs: (tf.Tensor1D | null)[] = passes.map(() => null);
    const references: (tf.Tensor1D | null)[] = [];
    const gradients = new GradientSum();
    let metrics: Record<string, number> = { num_updates: 0, loss: 0 };
    try {
      for (const pass of passes) references.push(this.referenceLogProbs(pass, context));
      for (let update = 1; update <= this.options.updatesPerRollout && passes.length > 0; update++) {
        let loss = 0;
        for (const [index, pass] of passes.entries()) {
          context.signal.throwIfAborted();
          const result = this.differentiate(pass, oldLogProbs[index]!, references[index]!, context);
          gradients.add(result.gradients);
          loss += await this.measure(result, pass, oldLogProbs[index]!, references[index]!, diagnostics);
          if (update === 1 && this.options.updatesPerRollout > 1) oldLogProbs[index] = result.logProbs;
          else result.logProbs.dispose();
        }
        if (!Number.isFinite(loss)) {
          // Whatever such gradients are, they must not be applied: the run's own guard skips, counts and stops.
          gradients.poison();
          const ids = passes.flatMap((pass) => pass.sampleIds).join(", ");
          warnings.push(`loss of step ${context.step} is not finite; update skipped (samples ${ids})`);
        }
        const outcome = await context.update(gradients.take());
        losses.push(loss);
        metrics = { ...metrics, grad_norm: outcome.gradientNorm, learning_rate: outcome.learningRate };
        if (!outcome.applied) break;
        metrics["num_updates"] = update;
      }
    } finally {
      gradients.dispose();
      tf.dispose([...oldLogProbs, ...references].filter((tensor) => tensor !== null));
    }
    metrics = { ...metrics, ...(losses.length > 0 && { loss: mean(losses) }), ...diagnostics.metrics() };
    return {
      metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
      warnings,
    };
  }

  /** Log-probs of the reference policy for one pass, `[tokens]`; null when beta is 0. */
  private referenceLogProbs(pass: ForwardPass, { backbone }: StepContext): tf.Tensor1D | null {
    if (this.options.beta === 0) return null;
    if (this.reference === null)
      throw rarlError("INTERNAL", { message: "grpo: step was called before start" });
    const { temperature } = this.options;
    const logProbs = () => tf.tidy(() => backbone.logProbs(pass.groups, { temperature }).logProbs);
    return span("reference", () => this.reference!.during(logProbs));
  }

  /** Loss and gradients of one pass; keeps its log-probs `[tokens]` and, where wanted, entropies `[tokens]`. */
  private differentiate(
    pass: ForwardPass,
    oldLogProbs: tf.Tensor1D | null,
    referenceLogProbs: tf.Tensor1D | null,
    context: StepContext,
  ): PassResult {
    const { temperature, topEntropyQuantile, logEntropy } = this.options;
    let logProbs: tf.Tensor1D | undefined;
    let entropies: tf.Tensor1D | null = null;
    let phase = startSpan("policy_forward");
    const { value, gradients } = valueAndGradients(
      () => {
        const forward = context.backbone.logProbs(pass.groups, {
          temperature,
          entropies: logEntropy || topEntropyQuantile < 1,
          ...(this.cut.recompute && { recompute: true }),
        });
        logProbs = tf.keep(tf.clone(forward.logProbs));
        entropies = forward.entropies === undefined ? null : tf.keep(tf.clone(forward.entropies));
        const policyMask =
          topEntropyQuantile < 1 && entropies !== null
            ? tf.tensor1d(highEntropyMask(entropies.dataSync<"float32">(), topEntropyQuantile))
            : null;
        const loss = policyLoss(
          forward.logProbs,
          {
            oldLogProbs,
            referenceLogProbs,
            advantages: pass.advantageTensor,
            weights: pass.weightTensor,
            policyMask,
            lengths: pass.lengths,
          },
          this.loss,
        );
        phase.end();
        phase = startSpan("backward");
        return loss;
      },
      context.variables.map(({ variable }) => variable),
    );
    phase.end();
    return { value, gradients, logProbs: logProbs!, entropies };
  }

  /** Reads a pass's loss and adds its tokens to the step's diagnostics; frees the value and the entropies. */
  private async measure(
    { value, logProbs, entropies }: PassResult,
    pass: ForwardPass,
    oldLogProbs: tf.Tensor1D | null,
    referenceLogProbs: tf.Tensor1D | null,
    diagnostics: TokenDiagnostics,
  ): Promise<number> {
    const read = async (tensor: tf.Tensor) => (await tensor.data()) as Float32Array;
    const current = await read(logProbs);
    diagnostics.add({
      logProbs: current,
      oldLogProbs: oldLogProbs === null ? current : await read(oldLogProbs),
      referenceLogProbs: referenceLogProbs === null ? null : await read(referenceLogProbs),
      entropies: entropies === null ? null : await read(entropies),
      advantages: pass.advantages,
      lengths: pass.lengths,
    });
    // Before the first update the policy is the one that sampled, so any gap is the engine's.
    if (oldLogProbs === null) diagnostics.addGap(pass.sampledLogProbs, current);
    const loss = (await read(value))[0]!;
    tf.dispose([value, ...(entropies === null ? [] : [entropies])]);
    return loss;
  }

  private get sampling(): SamplingOptions {
    const { groupSize, maxNewTokens, temperature, topP, topK, minP, repetitionPenalty } = this.options;
    return { completions: groupSize, maxNewTokens, temperature, topP, topK, minP, repetitionPenalty };
  }

  /** Of a completion by its tokens. */
  private get penalty(): ((tokens: number) => number) | null {
    const { overlong } = this.options;
    return overlong === null ? null : (tokens) => overlongPenalty(tokens, overlong);
  }

  async save(directory: string): Promise<void> {
    await this.reference?.save(directory);
  }

  async load(directory: string): Promise<void> {
    if (this.reference === null) this.restoreFrom = directory;
    else await this.reference.load(directory);
  }

  dispose(): void {
    this.reference?.dispose();
    this.reference = null;
  }
}

interface PassResult {
  readonly value: tf.Scalar;
  /** Aligned with the variables. */
  readonly gradients: tf.Tensor[];
  readonly logProbs: tf.Tensor1D;
  readonly entropies: tf.Tensor1D | null;
}
