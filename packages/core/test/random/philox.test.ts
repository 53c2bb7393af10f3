import { expect } from "chai";
import { philox4x32, randomStream, restoreRandomStream } from "@rarl-sdk/core";

type Counter = readonly [number, number, number, number];
type Key = readonly [number, number];

describe("Philox 4x32-10", () => {
  // Known-answer vectors published with Random123 (kat_vectors).
  const knownAnswers: readonly (readonly [Counter, Key, Counter])[] = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];

  it("gives the published known answers", () => {
    for (const [counter, key, expected] of knownAnswers)
      expect(philox4x32(counter, key)).to.deep.equal(expected);
  });
});

describe("a random stream", () => {
  it("is uniform in [0, 1): chi-square over 64 bins", () => {
    const draws = 64_000;
    const bins = new Array<number>(64).fill(0);
    const stream = randomStream(7);
    for (let i = 0; i < draws; i++) {
      const value = stream.uniform();
      expect(value).to.be.within(0, 1 - 2 ** -32);
      bins[Math.floor(value * 64)]! += 1;
    }
    const expected = draws / 64;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 63 degrees of freedom: the 0.1 % and 99.9 % points.
    expect(chiSquare).to.be.within(32.0, 103.4);
  });

  it("has normal numbers of mean 0 and variance 1", () => {
    const stream = randomStream(8);
    const values = Array.from({ length: 20_000 }, () => stream.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).to.be.closeTo(0, 0.03);
    expect(variance).to.be.closeTo(1, 0.04);
  });

  it("is not correlated with its forks, its neighbours' forks or a neighbouring seed", () => {
    const root = randomStream(42);
    const streams = [
      root.fork("a"),
      root.fork("b"),
      root.fork(1),
      root.fork(2),
      randomStream(43),
      randomStream(42),
    ];
    const rows = streams.map((stream) => Array.from({ length: 4000 }, () => stream.uniform() - 0.5));
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < i; j++) {
        const correlation = rows[i]!.reduce((sum, value, k) => sum + value * rows[j]![k]!, 0) / (4000 / 12);
        expect(Math.abs(correlation), `streams ${i} and ${j}`).to.be.below(0.07);
      }
    }
  });

  it("continues from a saved state, through JSON and in the middle of a block", () => {
    for (const skipped of [0, 1, 3, 4, 9]) {
      const stream = randomStream(2 ** 40 + 5).fork("rollout");
      for (let i = 0; i < skipped; i++) stream.uniform();
      const state = JSON.parse(JSON.stringify(stream.state())) as ReturnType<typeof stream.state>;
      const restored = restoreRandomStream(state);
      for (let i = 0; i < 20; i++) expect(restored.uniform()).to.equal(stream.uniform());
    }
  });

  it("is not advanced by forking", () => {
    const forked = randomStream(3);
    forked.fork("x").uniform();
    expect(forked.uniform()).to.equal(randomStream(3).uniform());
  });

  it("shuffles into a permutation, every item about as often in every place", () => {
    const stream = randomStream(11);
    const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
    for (let round = 0; round < 5000; round++) {
      const order = stream.shuffle([0, 1, 2, 3, 4]);
      expect([...order].sort()).to.deep.equal([0, 1, 2, 3, 4]);
      order.forEach((item, place) => (counts[item]![place]! += 1));
    }
    // 1000 expected; a binomial's 5 standard deviations are 141.
    for (const count of counts.flat()) expect(count).to.be.within(859, 1141);
  });
});
