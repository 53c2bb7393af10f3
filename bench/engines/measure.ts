import * as tf from "@tensorflow/tfjs-core";

/** One line of the results: the middle of several times, and what it amounts to. */
export interface Measurement {
  readonly name: string;
  /** Milliseconds, median. */
  readonly milliseconds: number;
  readonly best: number;
  /** Billions of floating-point operations a second. */
  readonly gigaflops?: number;
  /** 10^9 bytes of weights read a second. */
  readonly gigabytes?: number;
  /** Completion tokens a second, all rows together. */
  readonly tokens?: number;
}

/** Waits until the engine has computed `x`, an engine working in order; reads one value. */
export async function finished(x: tf.Tensor): Promise<void> {
  const corner = tf.tidy(() => tf.slice(tf.reshape(x, [-1]), 0, 1));
  await corner.data();
  corner.dispose();
}

export interface Repetitions {
  /** Untimed runs first; 2 by default. */
  readonly warmups?: number;
  /** At least this many timed runs; 5 by default. */
  readonly least?: number;
  /** Timed runs go on for this long; 2000 by default. */
  readonly milliseconds?: number;
}

/** Times of `work` in milliseconds, sorted. */
export async function times(work: () => Promise<void>, repetitions: Repetitions = {}): Promise<number[]> {
  const { warmups = 2, least = 5, milliseconds = 2000 } = repetitions;
  for (let i = 0; i < warmups; i++) await work();
  const taken: number[] = [];
  const end = performance.now() + milliseconds;
  while (taken.length < least || performance.now() < end) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}

/** The measurement of sorted times; `flops` and `bytes` are those of one run. */
export function summary(
  name: string,
  sorted: readonly number[],
  amounts: { readonly flops?: number; readonly bytes?: number; readonly tokens?: number } = {},
): Measurement {
  const milliseconds = sorted[sorted.length >> 1]!;
  const rate = (amount: number | undefined, unit: number) => (amount ?? 0) / unit / (milliseconds / 1000);
  return {
    name,
    milliseconds,
    best: sorted[0]!,
    ...(amounts.flops !== undefined && { gigaflops: rate(amounts.flops, 1e9) }),
    ...(amounts.bytes !== undefined && { gigabytes: rate(amounts.bytes, 1e9) }),
    ...(amounts.tokens !== undefined && { tokens: rate(amounts.tokens, 1) }),
  };
}
