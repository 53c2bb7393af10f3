/** Quantile of the standard normal distribution, by Newton's method on the distribution function. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    return probability === 0 ? -Infinity : probability === 1 ? Infinity : NaN;
  }
  // The lower tail keeps its digits; the upper one is its mirror.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  // P(Z < -x) ≤ exp(-x²/2) / 2 bounds it.
  let x = -Math.sqrt(-2 * Math.log(2 * probability));
  for (let iteration = 0; iteration < 50; iteration++) {
    const step = (lowerTail(x) - probability) / density(x);
    x -= step;
    if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(Z < x) for x ≤ 0: by series near the centre, by a continued fraction in the tail. */
function lowerTail(x: number): number {
  if (x > -3) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (x * x) / (2 * n + 1);
      sum += term;
    }
    return 0.5 + density(x) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / (-x + fraction);
  return density(x) / (-x + fraction);
}
