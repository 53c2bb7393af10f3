import type { RunData } from "./run-data.js";
import type { Series } from "./page/chart.js";

/** A curve of a run, with its title. */
export interface LearningCurve {
  readonly title: string;
  readonly series: Series;
}

/** Metrics worth a curve in the order they are read, by their names in `metrics.jsonl`. */
const known: readonly (readonly [metric: string, title: string])[] = [
  ["reward", "Reward"],
  ["reward_std", "Reward, spread in a group"],
  ["loss", "Loss"],
  ["completions/mean_length", "Completion length, tokens"],
  ["completions/clipped_ratio", "Completions cut off"],
  ["kl", "KL from the reference"],
  ["entropy", "Entropy, nats"],
  ["frac_reward_zero_std", "Groups without a signal"],
  ["grad_norm", "Gradient norm"],
  ["learning_rate", "Learning rate"],
  ["seconds", "Seconds a step"],
];

/** The curves of a run: reward and its parts first. A metric that never varies from 0 has none. */
export function learningCurves({ metrics }: Pick<RunData, "metrics">): readonly LearningCurve[] {
  const names = new Set(metrics.flatMap((line) => Object.keys(line)));
  const parts = [...names].flatMap((name) => {
    const reward = /^rewards\/(.+)\/mean$/.exec(name)?.[1];
    return reward === undefined ? [] : [[name, `Reward part: ${reward}`] as const];
  });
  const [first, ...others] = known;
  return [first!, ...parts, ...others].flatMap(([metric, title]) => {
    const series = metrics.flatMap((line) => {
      const { step, [metric]: value } = line;
      return typeof step === "number" && typeof value === "number" ? [[step, value] as const] : [];
    });
    return series.some(([, value]) => value !== 0) ? [{ title, series }] : [];
  });
}
