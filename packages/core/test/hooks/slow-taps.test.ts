import { expect } from "chai";
import { createKernel, type Kernel, type SlowTap } from "@rarl-sdk/core";

const failure = { error: null, directory: null };

/** A kernel whose clock is wound by hand. */
async function wound(seconds?: number): Promise<{ kernel: Kernel; slow: SlowTap[]; pass: () => number[] }> {
  const slow: SlowTap[] = [];
  const waiting = new Map<() => void, number>();
  const kernel = await createKernel({
    builtins: [],
    baseDirectory: ".",
    watch: {
      onSlow: (notice) => slow.push(notice),
      ...(seconds === undefined ? {} : { seconds }),
      schedule: (work, milliseconds) => {
        waiting.set(work, milliseconds);
        return () => void waiting.delete(work);
      },
    },
  });
  /** Lets all waiting time pass; how long each would have waited, in ms. */
  const pass = () => {
    const due = [...waiting];
    waiting.clear();
    for (const [work] of due) work();
    return due.map(([, milliseconds]) => milliseconds);
  };
  return { kernel, slow, pass };
}

describe("taps that do not settle", () => {
  it("are reported by plugin, tap and hook, and then may still settle", async () => {
    const { kernel, slow, pass } = await wound();
    let settle: () => void = () => undefined;
    kernel
      .hooksFor("sleepy")
      .failed.tapPromise("nap", () => new Promise<void>((resolve) => (settle = resolve)));
    const call = kernel.hooks.failed.promise(failure);
    expect(pass()).to.deep.equal([60_000]);
    expect(slow).to.deep.equal([{ plugin: "sleepy", tap: "nap", hook: "failed", seconds: 60 }]);
    settle();
    await call;
  });

  it("are reported with callbacks too, after the time asked for", async () => {
    const { kernel, slow, pass } = await wound(5);
    let settle: () => void = () => undefined;
    kernel.hooksFor("sleepy").failed.tapAsync("nap", (_, callback) => {
      settle = callback;
    });
    const call = kernel.hooks.failed.promise(failure);
    expect(pass()).to.deep.equal([5_000]);
    expect(slow.map(({ seconds }) => seconds)).to.deep.equal([5]);
    settle();
    await call;
  });

  it("are reported once, however often they are slow", async () => {
    const { kernel, slow, pass } = await wound();
    let settle: () => void = () => undefined;
    kernel.hooks.failed.tapPromise("nap", () => new Promise<void>((resolve) => (settle = resolve)));
    for (let turn = 0; turn < 3; turn++) {
      const call = kernel.hooks.failed.promise(failure);
      pass();
      settle();
      await call;
    }
    expect(slow).to.have.length(1);
    expect(slow[0]?.plugin).to.equal("rarl-sdk");
  });

  it("leave no clock behind when they settle or fail in time", async () => {
    const { kernel, slow, pass } = await wound();
    kernel.hooks.finished.tapPromise("quick", () => Promise.resolve());
    kernel.hooks.failed.tapPromise("broken", () => Promise.reject(new Error("x")));
    await kernel.hooks.finished.promise({ status: "finished", directory: "", lastStep: 0, evaluations: [] });
    await kernel.hooks.failed.promise(failure).catch(() => undefined);
    expect(pass()).to.deep.equal([]);
    expect(slow).to.deep.equal([]);
  });
});
