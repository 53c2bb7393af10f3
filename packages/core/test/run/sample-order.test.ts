import { expect } from "chai";
import { randomStream, type Sample } from "@rarl-sdk/core";
import { SampleOrder } from "../../src/run/sample-order.js";
import { toyDataset } from "../support/toy-plugin.js";

describe("the order of the samples", () => {
  const samples: Sample[] = [];
  const idsOf = (taken: readonly Sample[]) => taken.map(({ id }) => id);

  before(async () => {
    for await (const sample of toyDataset("toy", 5)) samples.push(sample);
  });

  it("takes every sample once a pass, in an order of its own each pass", () => {
    const order = new SampleOrder(samples, true, randomStream(1));
    const passes = [1, 2, 3, 4].map(() => idsOf(order.take(5)));
    for (const pass of passes) expect([...pass].sort()).to.deep.equal(["q0", "q1", "q2", "q3", "q4"]);
    expect(new Set(passes.map((pass) => pass.join())).size).to.be.above(1);
    expect(order.epochs()).to.equal(4);
  });

  it("keeps the file's order unless told to shuffle", () => {
    const order = new SampleOrder(samples, false, randomStream(1));
    expect(idsOf(order.take(7))).to.deep.equal(["q0", "q1", "q2", "q3", "q4", "q0", "q1"]);
  });

  it("goes on from any saved position", () => {
    const whole = idsOf(new SampleOrder(samples, true, randomStream(3)).take(23));
    for (const first of [0, 1, 4, 5, 6, 10, 17]) {
      const before = new SampleOrder(samples, true, randomStream(3));
      const start = idsOf(before.take(first));
      const after = new SampleOrder(samples, true, randomStream(3), before.position());
      expect([...start, ...idsOf(after.take(23 - first))]).to.deep.equal(whole);
    }
  });
});
