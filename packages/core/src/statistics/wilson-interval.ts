import { defaultConfidence, type Interval } from "./interval.js";
import { normalQuantile } from "./normal-quantile.js";

/**
 * Wilson's score interval of a proportion, without continuity correction: for independent items. Null of no items.
 * (E. B. Wilson, 1927; statsmodels' `proportion_confint(method="wilson")`.)
 */
export function wilsonInterval(
  successes: number,
  total: number,
  confidence = defaultConfidence,
): Interval | null {
  if (total === 0) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / total;
  const spread = 1 + (z * z) / total;
  const centre = (share + (z * z) / (2 * total)) / spread;
  const half = (z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))) / spread;
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
