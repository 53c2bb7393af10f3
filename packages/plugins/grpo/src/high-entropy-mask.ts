import { quantile } from "./statistics.js";

/**
 * 1 for the tokens whose entropy is among the highest `topQuantile` of the pass, 0 for the others ("Beyond the
 * 80/20 rule", Wang et al. 2025).
 * @param entropies nats, `[tokens]`
 * @returns `[tokens]`
 */
export function highEntropyMask(entropies: Float32Array, topQuantile: number): Float32Array {
  const threshold = quantile(entropies, 1 - topQuantile);
  return entropies.map((entropy) => (entropy >= threshold ? 1 : 0));
}
