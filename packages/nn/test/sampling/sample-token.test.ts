import { expect } from "chai";
import { randomStream, type RandomStream } from "@rarl-sdk/core";
import { sampleToken } from "../../src/sampling/sample-token.js";
import type { SamplingRule } from "../../src/sampling/sampling-rule.js";
import { catalogueError } from "../safetensors/support.js";

const nothing: ReadonlySet<number> = new Set();

/** A stream whose next uniform number is known. */
function uniformly(value: number): RandomStream {
  return { ...randomStream(0), uniform: () => value };
}

/** The distribution that draws follow, read off a fine grid of uniform numbers. */
function distribution(logits: readonly number[], rule: SamplingRule, history = nothing): number[] {
  const counts = new Array<number>(logits.length).fill(0);
  const grid = 20_000;
  for (let i = 0; i < grid; i++) {
    counts[sampleToken(Float32Array.from(logits), history, rule, uniformly((i + 0.5) / grid)).id]!++;
  }
  return counts.map((count) => count / grid);
}

function support(logits: readonly number[], rule: SamplingRule): number[] {
  return distribution(logits, rule).flatMap((share, id) => (share > 0 ? [id] : []));
}

function logSoftmax(logits: readonly number[], temperature: number, id: number): number {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit / temperature), 0);
  return logits[id]! / temperature - Math.log(total);
}

describe("sampling a token", () => {
  it("follows the worked example of penalty, temperature, top-k and top-p", () => {
    const rule = { temperature: 0.7, topK: 3, topP: 0.8, repetitionPenalty: 1.3 };
    const shares = distribution([2, 1, 0, -1, -2], rule, new Set([0, 3]));
    expect(shares[0]).to.be.closeTo(0.683354, 1e-4);
    expect(shares[1]).to.be.closeTo(0.316646, 1e-4);
    expect(shares.slice(2)).to.deep.equal([0, 0, 0]);
    const withoutTopP = distribution([2, 1, 0, -1, -2], { ...rule, topP: 1 }, new Set([0, 3]));
    expect(withoutTopP[2]).to.be.greaterThan(0);
    expect(withoutTopP[3]).to.equal(0);
  });

  it("draws from the softmax when nothing is cut", () => {
    const logits = [0.3, -1, 2, 0];
    for (const [id, share] of distribution(logits, { temperature: 1.7 }).entries()) {
      expect(share).to.be.closeTo(Math.exp(logSoftmax(logits, 1.7, id)), 1e-4);
    }
  });

  it("keeps all ties with the k-th logit", () => {
    expect(support([1, 3, 2, 2, 0, 2], { temperature: 1, topK: 2 })).to.deep.equal([1, 2, 3, 5]);
    expect(support([1, 3, 2], { temperature: 1, topK: 9 })).to.deep.equal([0, 1, 2]);
  });

  it("keeps the smallest set that reaches top-p, and always the likeliest", () => {
    const logits = [0.5, 0.25, 0.15, 0.1].map(Math.log);
    expect(support(logits, { temperature: 1, topP: 0.74 })).to.deep.equal([0, 1]);
    expect(support(logits, { temperature: 1, topP: 0.76 })).to.deep.equal([0, 1, 2]);
    expect(support(logits, { temperature: 1, topP: 0.001 })).to.deep.equal([0]);
    expect(support([1, 1, 1, 1], { temperature: 1, topP: 0 })).to.deep.equal([0]);
    expect(support([1, 1, 1, 1], { temperature: 1, topP: 0.6 })).to.deep.equal([0, 1, 2]);
  });

  it("keeps tokens with the min-p share of the likeliest", () => {
    const logits = [0.5, 0.25, 0.15, 0.1].map(Math.log);
    expect(support(logits, { temperature: 1, minP: 0.29 })).to.deep.equal([0, 1, 2]);
    expect(support(logits, { temperature: 1, minP: 0.51 })).to.deep.equal([0]);
  });

  it("never draws a banned id, however likely", () => {
    expect(support([9, 1, 0], { temperature: 1, bannedIds: [0] })).to.deep.equal([1, 2]);
    expect(support([2000, 1, 0], { temperature: 1, bannedIds: [0, 77] })).to.deep.equal([1, 2]);
    expect(
      sampleToken(Float32Array.of(9, 1, 0), nothing, { temperature: 0, bannedIds: [0] }, randomStream(1)).id,
    ).to.equal(1);
  });

  it("penalises each token of the history once, away from zero for negative logits", () => {
    const shares = distribution([2, -2, 1], { temperature: 1, repetitionPenalty: 2 }, new Set([0, 1, 99]));
    const penalised = [1, -4, 1];
    for (const [id, share] of shares.entries()) {
      expect(share).to.be.closeTo(Math.exp(logSoftmax(penalised, 1, id)), 1e-4);
    }
  });

  it("takes the lowest of equal ids when greedy and uses no random number", () => {
    const random = randomStream(3);
    const token = sampleToken(Float32Array.of(0, 5, 5, 1), nothing, { temperature: 0, topK: 1 }, random);
    expect(token.id).to.equal(1);
    expect(random.state().position).to.equal(0);
    expect(token.logProb).to.be.closeTo(logSoftmax([0, 5, 5, 1], 1, 1), 1e-12);
  });

  it("reports the log-probability of the untouched distribution at the temperature", () => {
    const logits = [2, 1, 0, -1, -2];
    const rule = { temperature: 0.7, topK: 2, topP: 0.9, minP: 0.1, repetitionPenalty: 1.5, bannedIds: [0] };
    const { id, logProb } = sampleToken(Float32Array.from(logits), new Set([1]), rule, uniformly(0.9));
    expect(id).to.equal(2);
    expect(logProb).to.be.closeTo(logSoftmax(logits, 0.7, 2), 1e-12);
  });

  it("leaves the logits as they are and repeats itself for an equal stream", () => {
    const logits = Float32Array.from({ length: 437 }, (_, id) => Math.sin(id * 12.9898) * 4);
    const copy = logits.slice();
    const rule = {
      temperature: 0.9,
      topK: 50,
      topP: 0.95,
      minP: 0.01,
      repetitionPenalty: 1.1,
      bannedIds: [3, 4],
    };
    const draws = () => {
      const random = randomStream(11);
      return Array.from({ length: 20 }, () => sampleToken(logits, new Set([5, 6]), rule, random));
    };
    expect(draws()).to.deep.equal(draws());
    expect(new Set(draws().map(({ id }) => id)).size).to.be.greaterThan(3);
    expect(logits).to.deep.equal(copy);
  });

  it("agrees with a plain sort over random rows", () => {
    const random = randomStream(5);
    for (let round = 0; round < 60; round++) {
      const size = 2 + random.integer(60);
      const logits = Array.from({ length: size }, () => Math.fround(Math.round(random.normal() * 8) / 4));
      const topK = 1 + random.integer(size);
      const topP = 0.05 + 0.9 * random.uniform();
      const order = logits
        .map((_, id) => id)
        .sort((one, other) => logits[other]! - logits[one]! || one - other);
      const kept = order.filter((id) => logits[id]! >= logits[order[topK - 1]!]!);
      const total = kept.reduce((sum, id) => sum + Math.exp(logits[id]!), 0);
      let above = 0;
      const expected = kept.filter((id) => {
        const keep = above < topP * total * (1 - 1e-12);
        above += Math.exp(logits[id]!);
        return keep;
      });
      const ids = new Set<number>();
      for (let i = 0; i < 600; i++) {
        ids.add(
          sampleToken(Float32Array.from(logits), nothing, { temperature: 1, topK, topP }, uniformly(i / 600))
            .id,
        );
      }
      expect(
        [...ids].every((id) => expected.includes(id)),
        `round ${round}`,
      ).to.equal(true);
      const likely = expected.filter((id) => Math.exp(logits[id]!) > total / 300);
      expect(
        likely.every((id) => ids.has(id)),
        `round ${round}`,
      ).to.equal(true);
    }
  });

  it("refuses rows without a finite logit left", async () => {
    const rows: [number[], SamplingRule][] = [
      [[NaN, 1], { temperature: 1 }],
      [[Infinity, 1], { temperature: 1 }],
      [[-Infinity, -Infinity], { temperature: 0 }],
      [[1, 2], { temperature: 1, bannedIds: [0, 1] }],
    ];
    for (const [logits, rule] of rows) {
      const error = await catalogueError(() =>
        sampleToken(Float32Array.from(logits), nothing, rule, randomStream(1)),
      );
      expect(error.code).to.equal("LOGITS_NOT_FINITE");
    }
  });
});
