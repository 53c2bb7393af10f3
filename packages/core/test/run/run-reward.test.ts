import { expect } from "chai";
import type { Reward } from "@rarl-sdk/core";
import { testRewardItem } from "@rarl-sdk/core/testing";
import { runReward } from "../../src/run/run-reward.js";

/** What `run-reward` waits for, by hand. */
class HandTimer {
  readonly pending = new Set<() => void>();

  readonly schedule = (work: () => void): (() => void) => {
    this.pending.add(work);
    return () => this.pending.delete(work);
  };

  expire(): void {
    for (const work of this.pending) work();
  }
}

const items = [testRewardItem({})];

describe("a reward that is told to stop", () => {
  it("is left behind when it never settles", async () => {
    const timer = new HandTimer();
    const stop = new AbortController();
    const stuck: Reward = { score: () => new Promise(() => undefined) };
    const scoring = runReward(stuck, "stuck", "p", items, stop.signal, timer.schedule);
    expect(timer.pending.size).to.equal(0);
    const reason = new Error("stopped");
    stop.abort(reason);
    timer.expire();

    expect(await scoring.catch((error: unknown) => error)).to.equal(reason);
  });

  it("may still end by itself", async () => {
    const timer = new HandTimer();
    const stop = new AbortController();
    const late: Reward = {
      score: (_items, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            resolve([1]);
          });
        }),
    };
    const scoring = runReward(late, "late", "p", items, stop.signal, timer.schedule);
    stop.abort();

    expect(await scoring).to.deep.equal([1]);
    expect(timer.pending.size).to.equal(0);
  });
});
