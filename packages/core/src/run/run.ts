/**
 * The run loop, top to bottom: assemble (configured → engine → backbone → adapt → data sets → restored state), started,
 * evaluation before, steps with their checkpoints and evaluations, evaluation after, finished. Everything a run does
 * goes through the hooks (hooks/run-hooks.ts), where wire.ts has put the chosen components; what algorithm, rewards
 * and model do is theirs. Started by `rarl-sdk run rarl.yaml`.
 */
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import * as tf from "@tensorflow/tfjs-core";
import type { StepContext, StepReport, UpdateOutcome } from "../contracts/algorithm.js";
import type { Dataset } from "../contracts/data-source.js";
import type { Sample } from "../contracts/sample.js";
import { rarlError } from "../errors/rarl-error.js";
import { toRarlError } from "../errors/to-rarl-error.js";
import { readReport, writeReport } from "../evaluation/report-files.js";
import { writeDirectoryAtomic } from "../files/atomic-directory.js";
import type { EvaluationReport, RunEnd } from "../hooks/run-hooks.js";
import { judgePredictions } from "../evaluation/judge-predictions.js";
import { answered } from "./answered.js";
import { assembleRun, type AssembledRun } from "./assemble.js";
import { countRecords } from "./count-records.js";
import { Disposables } from "./disposables.js";
import { EventLog } from "./event-log.js";
import { fitMemory } from "./fit-memory.js";
import {
  discardRunDirectory,
  openRunDirectory,
  prepareRunDirectory,
  type RunDirectory,
} from "./run-directory.js";
import { runEvaluationRecord } from "./run-evaluation-record.js";
import { writeRunRecord } from "./run-record.js";
import type { RunRequest, RunSignals } from "./run-request.js";
import { createStepContext } from "./step-context.js";
import { isInterruption } from "./is-interruption.js";
import type { TrainerState } from "./trainer-state.js";

/**
 * Trains as the configuration says and leaves a run folder behind.
 * @returns how the run ended; `interrupted` when a signal ended it, with a checkpoint of the last step unless it was
 *   to stop at once
 * @throws RarlError what is wrong with output, resumption, engine, model, data, rewards or gradients; a new run that
 *   fails before its first step leaves nothing behind
 */
export async function runTraining(request: RunRequest): Promise<RunEnd> {
  const { hooks } = request.kernel;
  const never = new AbortController().signal;
  const signals = request.signal ?? { step: never, now: never };
  const run = await openRunDirectory(request);
  const disposables = new Disposables();
  const training = new Training(request, run, signals);
  try {
    const assembled = await assembleRun(
      request,
      run,
      disposables,
      AbortSignal.any([signals.step, signals.now]),
    );
    await training.fitMemory(assembled);
    if (request.dryRun === true) {
      await training.check(assembled);
      await discardRunDirectory(run);
      return training.end("checked");
    }
    await training.start(assembled);
    const end = await training.train(assembled);
    await training.record(end.status);
    await hooks.finished.promise(end);
    return end;
  } catch (error) {
    if (!training.isStarted) await discardRunDirectory(run);
    if (isInterruption(error, signals)) {
      const end = training.end("interrupted");
      await training.record("interrupted");
      if (training.isStarted) await hooks.finished.promise(end);
      return end;
    }
    await training.record("failed", error).catch(() => undefined);
    // What fails while telling of the failure must not hide it.
    await hooks.failed
      .promise({ error, directory: training.isStarted ? run.path : null })
      .catch(() => undefined);
    throw error;
  } finally {
    await training.close();
    await disposables.dispose();
    await run.lock.release();
  }
}

/** One run's steps and what is told of them. */
class Training {
  isStarted = false;
  private readonly evaluations = new Map<string, EvaluationReport>();
  private readonly skipped: { consecutive: number; total: number };
  private readonly history: TrainerState["log_history"];
  private lastStep: number;
  private lastCheckpoint: number;
  private events: EventLog | null = null;
  /** Warnings that wait for the next step's report. */
  private readonly notices: string[] = [];

  constructor(
    private readonly request: RunRequest,
    private readonly run: RunDirectory,
    private readonly signals: RunSignals,
  ) {
    const state = run.resumption?.checkpoint?.state;
    this.lastStep = this.lastCheckpoint = state?.global_step ?? 0;
    this.history = [...(state?.log_history ?? [])];
    this.skipped = { ...(state?.rarl.skipped_updates ?? { consecutive: 0, total: 0 }) };
  }

  /** Chooses how to keep within `engine.memory`, or fails while nothing is written yet. */
  async fitMemory(assembled: AssembledRun): Promise<void> {
    const { memory } = this.request.config.engine;
    const plan = await fitMemory(memory, assembled, this.contextOf(assembled, 1, []));
    if (plan !== null) this.notices.push(plan);
  }

  /** The last part of a dry run: one sample through prompt and tokenizer. */
  async check(assembled: AssembledRun): Promise<void> {
    const context = this.contextOf(assembled, 1, []);
    const prompt = await context.prompt(assembled.samples[0]!);
    await assembled.parts.backbone.encode([prompt], context.signal);
  }

  private contextOf(assembled: AssembledRun, step: number, outcomes: UpdateOutcome[]): StepContext {
    const { wiring, parts, order, random, totalSteps } = assembled;
    const { hooks } = this.request.kernel;
    const [{ rewards }, signal] = [wiring, this.signals.now];
    return createStepContext({ step, totalSteps, hooks, parts, rewards, order, random, signal, outcomes });
  }

  async start({ totalSteps, train, evaluationSets }: AssembledRun): Promise<void> {
    const { run, request } = this;
    await prepareRunDirectory(run, request.config);
    this.isStarted = true;
    this.events = await EventLog.open(run.path);
    const datasets = [["train", train] as const, ...evaluationSets];
    const data = Object.fromEntries(datasets.map(([role, dataset]) => [role, countRecords(dataset)]));
    await this.events.write(run.resumption === null ? "started" : "resumed", {
      step: this.lastStep,
      totalSteps,
      data,
      ...(run.resumption !== null && { changes: run.resumption.changes }),
    });
    for (const [role, dataset] of datasets) await this.tellProblems(role, dataset);
    const { config, kernel } = request;
    const firstStep = this.lastStep + 1;
    await kernel.hooks.started.promise({
      name: config.name,
      directory: run.path,
      totalSteps,
      firstStep,
      config,
      data,
    });
  }

  /** Records that a data set left out are data that the user believes to be trained on. */
  private async tellProblems(role: string, { problems }: Dataset): Promise<void> {
    const [first] = problems;
    if (first === undefined) return;
    await this.events?.write("records_set_aside", { dataset: role, problems });
    this.notices.push(
      `${problems.length} records of the data set ${role} are set aside and listed in events.jsonl; the first: ` +
        first.message,
    );
  }

  async train(assembled: AssembledRun): Promise<RunEnd> {
    const { training } = this.request.config;
    const { totalSteps } = assembled;
    // The untrained model can only be evaluated before the first step; later the report of then stands.
    if (training.evaluateBefore) await this.evaluateSets(assembled, "-before", this.lastStep > 0);
    // A run that was stopped during an evaluation owes it still.
    if (this.lastStep > 0) await this.evaluateIfDue(assembled);

    while (this.lastStep < totalSteps) {
      this.signals.now.throwIfAborted();
      if (this.signals.step.aborted) {
        await this.checkpoint(assembled);
        return this.end("interrupted");
      }
      await this.step(assembled, this.lastStep + 1);
      if (this.lastStep % training.checkpointEvery === 0) await this.checkpoint(assembled);
      await this.evaluateIfDue(assembled).catch((error: unknown) => {
        // The steps done are kept: the loop's next turn writes their checkpoint.
        if (this.signals.now.aborted || !isInterruption(error, this.signals)) throw error;
      });
    }

    await this.checkpoint(assembled);
    await this.saveResult(assembled);
    if (training.evaluateAfter) await this.evaluateSets(assembled, "");
    return this.end("finished");
  }

  private async step(assembled: AssembledRun, step: number): Promise<void> {
    const { wiring, order, totalSteps } = assembled;
    const { hooks } = this.request.kernel;
    const outcomes: UpdateOutcome[] = [];
    const start = performance.now();
    this.request.profile?.beginStep(step);
    const samples = order.take(wiring.algorithm.samplesPerStep);
    const context = this.contextOf(assembled, step, outcomes);
    const own = await wiring.algorithm.step(samples, context);
    context.signal.throwIfAborted();
    const seconds = (performance.now() - start) / 1000;

    const skipped = outcomes.filter(({ applied }) => !applied).length;
    const last = outcomes.at(-1);
    const metrics = {
      epoch: order.epochs(),
      ...(last !== undefined && { grad_norm: last.gradientNorm, learning_rate: last.learningRate }),
      ...own.metrics,
      skipped_updates: skipped,
      tensors: tf.memory().numTensors,
      ...this.request.profile?.endStep(seconds),
    };
    const report: StepReport = { ...own, metrics, warnings: [...this.notices.splice(0), ...own.warnings] };
    this.lastStep = step;
    this.history.push({ step, ...metrics });
    await hooks.step.promise({ step, totalSteps, seconds, report });
    for (const message of report.warnings) await this.events?.write("warning", { step, message });
    await this.guardUpdates(outcomes, samples, report);
  }

  /** Counts skipped updates and stops the run after too many in a row; the samples are written down. */
  private async guardUpdates(
    outcomes: readonly UpdateOutcome[],
    samples: readonly Sample[],
    { completions }: StepReport,
  ): Promise<void> {
    const { skipped, lastStep: step } = this;
    for (const { applied } of outcomes) {
      skipped.consecutive = applied ? 0 : skipped.consecutive + 1;
      if (!applied) skipped.total++;
    }
    if (outcomes.every(({ applied }) => applied)) return;
    const ids = samples.map(({ id }) => id);
    await this.events?.write("update_skipped", {
      step,
      reason: "gradients not finite",
      samples: ids,
      completions,
    });
    if (skipped.consecutive < this.request.config.training.stopAfterNonFinite) return;
    const checkpoint = (await this.run.checkpoints.list()).at(-1)?.directory ?? null;
    throw rarlError("NON_FINITE", { step, updates: skipped.consecutive, checkpoint, samples: ids });
  }

  /** Writes the checkpoint of the last step, unless it is there. */
  private async checkpoint({ parts, order, random, totalSteps }: AssembledRun): Promise<void> {
    const { lastStep: step, run } = this;
    if (step === this.lastCheckpoint) return;
    parts.trainerState = {
      global_step: step,
      max_steps: totalSteps,
      epoch: order.epochs(),
      log_history: this.history,
      rarl: { random: random.state(), data: order.position(), skipped_updates: { ...this.skipped } },
    };
    await run.checkpoints.write(this.request.kernel.hooks, step);
    this.lastCheckpoint = step;
    run.record = { ...run.record, lastStep: step };
    await writeRunRecord(run.path, run.record);
    await this.events?.write("checkpoint", { step });
  }

  /** `adapter/`, or without an adapter the whole model in `model/`. */
  private async saveResult({ parts }: AssembledRun): Promise<void> {
    const { adapter, backbone } = parts;
    const target = join(this.run.path, adapter === null ? "model" : "adapter");
    await writeDirectoryAtomic(target, (directory) => (adapter ?? backbone).save(directory));
  }

  private async evaluateIfDue(assembled: AssembledRun): Promise<void> {
    const { evaluateEvery } = this.request.config.training;
    const isDue = evaluateEvery !== null && this.lastStep % evaluateEvery === 0;
    if (isDue && this.lastStep < assembled.totalSteps) {
      await this.evaluateSets(assembled, `-step-${this.lastStep}`);
    }
  }

  /** Evaluates every set under its name and `suffix`; a report that is there is read instead. */
  private async evaluateSets(assembled: AssembledRun, suffix: string, onlyRead = false): Promise<void> {
    const { hooks } = this.request.kernel;
    const signal = AbortSignal.any([this.signals.step, this.signals.now]);
    for (const [name, dataset] of assembled.evaluationSets) {
      const label = `${name}${suffix}`;
      const directory = join(this.run.path, "eval", label);
      const isResumed = this.run.resumption !== null && suffix !== "";
      const earlier = isResumed ? await readReport(directory) : null;
      if (earlier !== null) {
        this.evaluations.set(label, earlier);
        await this.judge(directory, label, earlier, signal);
      }
      if (earlier !== null || onlyRead) continue;
      const style = answered("evaluate", "an inference style", assembled.wiring.inferenceStyle);
      const request = { dataset, label, style, step: this.lastStep, signal };
      const facts = { label, set: name, style, step: this.lastStep };
      const record = await runEvaluationRecord(this.request.config, this.run.path, assembled, facts);
      const report = answered("evaluate", label, await hooks.evaluate.promise(request));
      await writeReport(directory, report, record);
      await this.judge(directory, label, report, signal);
      this.evaluations.set(label, report);
      await hooks.evaluated.promise(report);
      await this.events?.write("evaluated", { step: this.lastStep, label, metrics: report.metrics });
    }
  }

  /** Judges that fail leave their verdicts to `rarl-sdk judge`. */
  private async judge(
    directory: string,
    label: string,
    { predictions }: EvaluationReport,
    signal: AbortSignal,
  ): Promise<void> {
    const { hooks } = this.request.kernel;
    const { failures } = await judgePredictions(hooks, directory, predictions, signal);
    for (const [judge, { code, message }] of failures) {
      const error = { code, message };
      await this.events?.write("judge_failed", { step: this.lastStep, label, judge, error });
      this.notices.push(`judge ${judge} did not finish ${label}: ${message}`);
    }
  }

  end(status: RunEnd["status"]): RunEnd {
    const { lastStep, run } = this;
    return { status, directory: run.path, lastStep, evaluations: [...this.evaluations.values()] };
  }

  /** Writes how the run ended into run.json and events.jsonl; nothing for one that never began. */
  async record(status: "finished" | "interrupted" | "failed" | "checked", cause?: unknown): Promise<void> {
    if (!this.isStarted || status === "checked") return;
    const failure = cause === undefined ? null : toRarlError(cause);
    const error = failure && { code: failure.code, message: failure.message };
    const { run } = this;
    run.record = { ...run.record, status, lastStep: this.lastStep, endedAt: new Date().toISOString(), error };
    await this.events?.write(status, { step: this.lastStep, ...(error && { error }) });
    await writeRunRecord(run.path, run.record);
  }

  async close(): Promise<void> {
    await this.events?.close().catch(() => undefined);
  }
}
