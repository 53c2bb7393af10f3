import { expect } from "chai";
import { randomStream } from "@rarl-sdk/core";
import { clusterBootstrap, clusterBy } from "../../src/statistics/cluster-bootstrap.js";
import { estimateMean } from "../../src/statistics/estimate.js";
import { mean } from "../../src/statistics/mean.js";
import { pairedDifference } from "../../src/statistics/paired-difference.js";
import { wilsonInterval } from "../../src/statistics/wilson-interval.js";

const random = () => randomStream(3).fork("bootstrap");
const items = (scores: readonly (number | null)[], clusterOf: (index: number) => string = String) =>
  scores.map((score, index) => ({ score, cluster: clusterOf(index) }));

describe("an estimate", () => {
  it("takes Wilson's interval of independent 0/1 scores, and never counts a failure as 0", () => {
    const estimate = estimateMean(items([1, 0, null, 1, 1]), random());
    expect(estimate).to.deep.equal({
      value: 0.75,
      interval: wilsonInterval(3, 4),
      method: "wilson",
      n_scored: 4,
      n_failed: 1,
      n_total: 5,
    });
  });

  it("has no value of nothing", () => {
    const nothing = { value: null, interval: null, method: null };
    expect(estimateMean([], random())).to.deep.equal({ ...nothing, n_scored: 0, n_failed: 0, n_total: 0 });
    expect(estimateMean(items([null, null]), random())).to.deep.equal({
      ...nothing,
      n_scored: 0,
      n_failed: 2,
      n_total: 2,
    });
  });

  it("is less sure when items share images", () => {
    const scores = Array.from({ length: 120 }, (_, index) => (Math.floor(index / 12) % 3 === 0 ? 1 : 0));
    const clustered = estimateMean(
      items(scores, (index) => String(Math.floor(index / 12))),
      random(),
    );
    const alone = estimateMean(items(scores), random());
    expect(clustered.method).to.equal("cluster-bootstrap");
    expect(clustered.value).to.equal(alone.value);
    const width = ({ interval }: typeof alone) => interval!.high - interval!.low;
    expect(width(clustered)).to.be.greaterThan(2 * width(alone));
  });

  it("does not claim certainty when all scores are equal: the clusters are the items", () => {
    const estimate = estimateMean(
      items([1, 1, 1, 1, 1, 1], (index) => String(index % 2)),
      random(),
    );
    expect(estimate.interval).to.deep.equal(wilsonInterval(2, 2));
  });

  it("is the same for the same seed, and uses the bootstrap for scores between 0 and 1", () => {
    const scores = [0.2, 0.9, 0.4, 0.7, 0.1];
    const [one, again] = [estimateMean(items(scores), random()), estimateMean(items(scores), random())];
    expect(one).to.deep.equal(again);
    expect(one.method).to.equal("cluster-bootstrap");
    expect(one.interval!.low).to.be.lessThan(one.value!);
    expect(one.interval!.high).to.be.greaterThan(one.value!);
  });
});

describe("the cluster bootstrap", () => {
  it("draws every cluster equally often", () => {
    const clusters = Array.from({ length: 10 }, (_, index) => [index]);
    const counts = new Array<number>(10).fill(0);
    const count = (drawn: readonly number[]) => {
      for (const index of drawn) counts[index] = counts[index]! + 1;
      return 0;
    };
    clusterBootstrap(clusters, count, { random: random(), resamples: 1000 });
    // 10,000 draws: 1,000 each, standard deviation 30.
    for (const drawn of counts) expect(drawn).to.be.within(880, 1120);
  });

  it("keeps the members of a cluster together", () => {
    const clusters = clusterBy([1, 2, 3, 4, 5, 6], (value) => (value % 2 === 0 ? "even" : "odd"));
    expect(clusters).to.deep.equal([
      [1, 3, 5],
      [2, 4, 6],
    ]);
    const seen = new Set<number>();
    const collect = (drawn: readonly number[]) => {
      expect(drawn).to.have.length(6);
      seen.add(mean(drawn));
      return 0;
    };
    clusterBootstrap(clusters, collect, { random: random(), resamples: 50 });
    expect([...seen].sort()).to.deep.equal([3, 3.5, 4]);
  });

  it("leaves undefined resamples out, and gives up when most are", () => {
    const clusters = [[0], [1]];
    const undefinedAt = (bad: number) => (drawn: readonly number[]) => (mean(drawn) === bad ? null : 1);
    expect(clusterBootstrap(clusters, undefinedAt(0), { random: random() })).to.deep.equal({
      low: 1,
      high: 1,
    });
    expect(clusterBootstrap(clusters, () => null, { random: random() })).to.equal(null);
    expect(clusterBootstrap([], mean, { random: random() })).to.equal(null);
  });
});

describe("a paired difference", () => {
  const pair = (first: number, second: number, cluster: string) => ({ first, second, cluster });

  it("is second minus first with McNemar's test", () => {
    const pairs = Array.from({ length: 40 }, (_, index) => pair(0, index < 10 ? 1 : 0, String(index)));
    const { difference, interval, test, n } = pairedDifference(pairs, random());
    expect(difference).to.equal(0.25);
    expect(test).to.deep.equal({ onlyFirst: 0, onlySecond: 10, n: 40, p: 2 / 1024 });
    expect(n).to.equal(40);
    expect(interval!.low).to.be.within(0.1, 0.2);
    expect(interval!.high).to.be.within(0.3, 0.45);
  });

  it("has no McNemar test of graded scores, and nothing of no pairs", () => {
    expect(pairedDifference([pair(0.5, 1, "a")], random()).test).to.equal(null);
    expect(pairedDifference([], random())).to.deep.equal({
      difference: null,
      interval: null,
      test: null,
      n: 0,
    });
  });
});
