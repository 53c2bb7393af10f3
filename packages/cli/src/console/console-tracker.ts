import type { EvaluationReport, RunHooks, RunNotice, StepNotice, Tracker } from "@rarl-sdk/core";
import { formatDuration } from "./duration.js";
import { formatCounts } from "./record-counts.js";
import type { Screen } from "./screen.js";
import { formatMetrics } from "./step-metrics.js";

/** Plain lines a run prints off a terminal, about. */
const plainLines = 20;

/** Steps whose mean time gives the rate. */
const rateWindow = 20;

/** Shows how a run goes: one live line on a terminal, a plain line every few steps off it. */
export class ConsoleTracker implements Tracker {
  readonly name = "console";
  /** Metrics of the last step. */
  lastMetrics: Readonly<Record<string, number>> = {};
  private firstStep = 1;
  private readonly recent: number[] = [];
  private readonly warned = new Set<string>();

  constructor(private readonly screen: Screen) {}

  track(hooks: RunHooks): void {
    const { screen, name } = this;
    // Earlier than the taps that do the work, which may take a while.
    const early = { name, stage: -1000 };
    hooks.backbone.tapPromise(early, () => {
      screen.status("loading the model …");
      return Promise.resolve(undefined);
    });
    hooks.started.tapPromise(name, (notice) => this.started(notice));
    hooks.step.tapPromise(name, (notice) => this.step(notice));
    hooks.evaluate.tapPromise(early, ({ label, dataset }) => {
      screen.status(`evaluating ${label}, ${dataset.length} samples …`);
      return Promise.resolve(undefined);
    });
    hooks.evaluated.tapPromise(name, (report) => this.evaluated(report));
    const done = () => {
      screen.clear();
      return Promise.resolve();
    };
    hooks.finished.tapPromise(name, done);
    hooks.failed.tapPromise(name, done);
  }

  private started({ name, directory, totalSteps, firstStep, data = {} }: RunNotice): Promise<void> {
    this.firstStep = firstStep;
    const from = firstStep > 1 ? `, from step ${firstStep}` : "";
    this.screen.line(`${name}: ${totalSteps} ${totalSteps === 1 ? "step" : "steps"}${from}, in ${directory}`);
    for (const [role, counts] of Object.entries(data))
      this.screen.line(`data ${role}: ${formatCounts(counts)}`);
    return Promise.resolve();
  }

  private step({ step, totalSteps, seconds, report }: StepNotice): Promise<void> {
    const { screen } = this;
    this.lastMetrics = report.metrics;
    this.recent.push(seconds);
    if (this.recent.length > rateWindow) this.recent.shift();
    const perStep = this.recent.reduce((sum, value) => sum + value, 0) / this.recent.length;
    const left = formatDuration(perStep * (totalSteps - step));
    const text = `step ${step}/${totalSteps}  ${perStep.toFixed(2)} s/step  ${left} left  ${formatMetrics(report.metrics)}`;
    for (const warning of report.warnings) this.warn(step, warning);
    const every = Math.max(1, Math.round(totalSteps / plainLines));
    if (screen.isLive) screen.status(text);
    else if (step === this.firstStep || step === totalSteps || step % every === 0) screen.line(text);
    return Promise.resolve();
  }

  /** What is said at every step, with other figures, is worth one line; events.jsonl has them all. */
  private warn(step: number, warning: string): void {
    const kind = warning.replaceAll(/\d+/g, "0");
    if (this.warned.has(kind)) return;
    this.warned.add(kind);
    this.screen.line(`step ${step}: ${warning}`);
  }

  private evaluated({ label, metrics }: EvaluationReport): Promise<void> {
    const percent = (name: string) => `${((metrics[name] ?? 0) * 100).toFixed(1)} %`;
    this.screen.line(
      `evaluated ${label}: strict ${percent("accuracy_strict")}, lenient ${percent("accuracy_lenient")}, ` +
        `format ${percent("format")}, ${metrics["n_total"] ?? 0} samples`,
    );
    return Promise.resolve();
  }
}
