import type { ScheduleConfig } from "../config/run-config.js";

/**
 * Learning rate of one update.
 *
 * Linear warm-up from 0, then constant, linear or cosine decay to `finalRatio` of the peak, as in transformers'
 * `get_*_schedule_with_warmup` (optimization.py), where the rate of the first update is that of step index 0.
 *
 * @param peak highest learning rate
 * @param step 1-based number of the step
 * @param totalSteps steps of the whole run
 */
export function learningRateAt(
  schedule: ScheduleConfig,
  peak: number,
  step: number,
  totalSteps: number,
): number {
  const index = step - 1;
  const { warmupSteps, finalRatio } = schedule;
  if (index < warmupSteps) return peak * (index / warmupSteps);
  const progress = Math.min(1, (index - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  switch (schedule.kind) {
    case "constant":
      return peak;
    case "linear":
      return peak * (finalRatio + (1 - finalRatio) * (1 - progress));
    case "cosine":
      return peak * (finalRatio + ((1 - finalRatio) * (1 + Math.cos(Math.PI * progress))) / 2);
  }
}
