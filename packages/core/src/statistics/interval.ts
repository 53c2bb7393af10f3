/** A two-sided confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Level of every interval unless another is asked for. */
export const defaultConfidence = 0.95;
