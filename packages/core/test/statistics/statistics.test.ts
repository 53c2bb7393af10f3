import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { bootstrapInterval } from "../../src/statistics/cluster-bootstrap.js";
import { cohenKappa } from "../../src/statistics/cohen-kappa.js";
import { pearson, spearman } from "../../src/statistics/correlation.js";
import { krippendorffAlpha, type MeasurementLevel } from "../../src/statistics/krippendorff-alpha.js";
import { exactMcNemarP, mcnemar } from "../../src/statistics/mcnemar.js";
import { mean } from "../../src/statistics/mean.js";
import { normalQuantile } from "../../src/statistics/normal-quantile.js";
import { quantile } from "../../src/statistics/quantile.js";
import { wilsonInterval } from "../../src/statistics/wilson-interval.js";

type Pair = readonly [number, number];

/** From reference/statistics.py: numpy, scipy, statsmodels and krippendorff. */
interface Reference {
  readonly normal: readonly { probability: number; quantile: number }[];
  readonly wilson: readonly {
    successes: number;
    total: number;
    confidence: number;
    low: number;
    high: number;
  }[];
  readonly mcnemar: readonly { onlyFirst: number; onlySecond: number; p: number }[];
  readonly kappa: readonly { pairs: readonly Pair[]; kappa: number }[];
  readonly alpha: readonly {
    units: readonly (readonly (number | null)[])[];
    alpha: Readonly<Record<MeasurementLevel, number>>;
  }[];
  readonly correlation: readonly { pairs: readonly Pair[]; pearson: number; spearman: number }[];
  readonly quantile: readonly { sorted: number[]; probabilities: number[]; quantiles: number[] }[];
  readonly bootstrap: readonly {
    clusters: number[][];
    draws: number[][];
    confidence: number;
    low: number;
    high: number;
  }[];
}

const file = new URL("reference/statistics.json", import.meta.url);
const reference = JSON.parse(await readFile(file, "utf8")) as Reference;

/** Equal to 1e-9, relative to values above 1. */
function expectClose(actual: number | null | undefined, expected: number, what: string): void {
  expect(actual, what).to.be.closeTo(expected, 1e-9 * Math.max(1, Math.abs(expected)));
}

describe("statistics", () => {
  it("give scipy's normal quantiles", () => {
    for (const { probability, quantile: expected } of reference.normal) {
      expectClose(normalQuantile(probability), expected, String(probability));
    }
    expect([0, 1, -0.1, NaN].map(normalQuantile)).to.deep.equal([-Infinity, Infinity, NaN, NaN]);
  });

  it("give numpy's quantiles", () => {
    for (const { sorted, probabilities, quantiles } of reference.quantile) {
      probabilities.forEach((probability, index) => {
        expectClose(quantile(sorted, probability), quantiles[index]!, `${sorted.length}, ${probability}`);
      });
    }
  });

  it("give statsmodels' Wilson intervals", () => {
    for (const { successes, total, confidence, low, high } of reference.wilson) {
      const interval = wilsonInterval(successes, total, confidence);
      expectClose(interval?.low, low, `${successes}/${total}`);
      expectClose(interval?.high, high, `${successes}/${total}`);
    }
    expect(wilsonInterval(0, 0)).to.equal(null);
  });

  it("give statsmodels' exact McNemar p, relatively to 1e-9", () => {
    for (const { onlyFirst, onlySecond, p } of reference.mcnemar) {
      expect(exactMcNemarP(onlyFirst, onlySecond) / p, `${onlyFirst}, ${onlySecond}`).to.be.closeTo(1, 1e-9);
    }
  });

  it("give McNemar's p as exact fractions have it", () => {
    for (let discordant = 0; discordant <= 60; discordant++) {
      for (let fewer = 0; 2 * fewer <= discordant; fewer++) {
        const exact = Math.min(1, Number(tailCount(discordant, fewer)) / 2 ** (discordant - 1));
        expect(exactMcNemarP(fewer, discordant - fewer) / exact).to.be.closeTo(1, 1e-12);
        expect(exactMcNemarP(discordant - fewer, fewer)).to.equal(exactMcNemarP(fewer, discordant - fewer));
      }
    }
  });

  it("count who is right alone", () => {
    const pairs = [
      [true, true],
      [true, false],
      [false, true],
      [false, true],
      [false, false],
    ] as const;
    expect(mcnemar(pairs)).to.deep.equal({ onlyFirst: 1, onlySecond: 2, n: 5, p: 1 });
  });

  it("give statsmodels' Cohen's kappa, and none where it is not defined", () => {
    for (const { pairs, kappa } of reference.kappa) expectClose(cohenKappa(pairs).kappa, kappa, "kappa");
    expect(cohenKappa([])).to.deep.equal({ kappa: null, agreement: null, n: 0 });
    expect(cohenKappa([[1, 1], [1, 1]])).to.deep.equal({ kappa: null, agreement: 1, n: 2 }); // prettier-ignore
  });

  it("give krippendorff's alpha at every level, values missing", () => {
    for (const { units, alpha } of reference.alpha) {
      for (const level of ["nominal", "ordinal", "interval", "ratio"] as const) {
        expectClose(krippendorffAlpha(units, level), alpha[level], level);
      }
    }
    // Krippendorff's own figure for the worked example.
    expect(krippendorffAlpha(reference.alpha[0]!.units)).to.be.closeTo(0.743, 5e-4);
  });

  it("know no alpha where nothing can be paired or all is the same", () => {
    expect(krippendorffAlpha([])).to.equal(null);
    expect(krippendorffAlpha([[1, null], [null, 2]])).to.equal(null); // prettier-ignore
    expect(krippendorffAlpha([[1, 1], [1, 1]])).to.equal(null); // prettier-ignore
  });

  it("give scipy's correlations, and none of a constant", () => {
    for (const { pairs, ...expected } of reference.correlation) {
      expectClose(pearson(pairs), expected.pearson, "pearson");
      expectClose(spearman(pairs), expected.spearman, "spearman");
    }
    expect(pearson([[1, 1], [2, 1]])).to.equal(null); // prettier-ignore
    expect(pearson([])).to.equal(null);
  });

  it("give scipy's bootstrap intervals from the same draws of clusters", () => {
    for (const { clusters, draws, confidence, low, high } of reference.bootstrap) {
      const interval = bootstrapInterval(clusters, mean, draws, confidence);
      expectClose(interval?.low, low, "low");
      expectClose(interval?.high, high, "high");
    }
  });
});

/** Σ C(n, i) for i ≤ k. */
function tailCount(n: number, k: number): bigint {
  let term = 1n;
  let sum = 1n;
  for (let i = 1; i <= k; i++) {
    term = (term * BigInt(n - i + 1)) / BigInt(i);
    sum += term;
  }
  return sum;
}
