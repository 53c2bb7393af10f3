import { expect } from "chai";
import {
  createKernel,
  definePlugin,
  rarlError,
  type Kernel,
  type PluginContext,
  type RunHooks,
} from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";

const batch = { rewards: [1, 2], groupSizes: [2], samples: [], advantages: null };
const failure = { error: null, directory: null };

/** A kernel whose plugin `watcher` taps hooks as `tap` says. */
const tapped = (tap: (hooks: RunHooks) => void): Promise<Kernel> =>
  createKernel({
    builtins: [
      definePlugin({
        name: "watcher",
        apiVersion: "1.0",
        apply: ({ hooks }: PluginContext) => {
          tap(hooks);
        },
      }),
    ],
    baseDirectory: ".",
  });

describe("taps of plugins", () => {
  it("fire in the order of stage and `before`, whichever plugin came first", async () => {
    const fired: string[] = [];
    const note = (name: string) => () => {
      fired.push(name);
    };
    const kernel = await tapped(({ failed }) => {
      // The tap that it names is put there later, as the run's own parts are.
      failed.tap({ name: "early", before: "part" }, note("early"));
      failed.tap({ name: "last", stage: 10 }, note("last"));
    });
    kernel.hooksFor("parts").failed.tapPromise("part", async () => {
      await Promise.resolve();
      note("part")();
    });
    kernel.hooks.failed.tap("run", note("run"));
    kernel.checkHooks();
    await kernel.hooks.failed.promise(failure);
    expect(fired).to.deep.equal(["early", "part", "run", "last"]);
  });

  it("pass a waterfall's value on, in all three ways of tapping", async () => {
    const kernel = await tapped(({ advantages }) => {
      advantages.tap("sync", (given) => ({ ...given, rewards: given.rewards.map((x) => x + 1) }));
      advantages.tapPromise("promise", (given) =>
        Promise.resolve({ ...given, rewards: given.rewards.map((x) => x * 10) }),
      );
      advantages.tapAsync("callback", (given, callback) => {
        callback(null, { ...given, rewards: given.rewards.map((x) => x - 1) });
      });
    });
    expect((await kernel.hooks.advantages.promise(batch)).rewards).to.deep.equal([19, 29]);
  });

  it("are reported with plugin, tap, hook and cause when they throw", async () => {
    const boom = new RangeError("out of range");
    const kernels = [
      await tapped(({ failed }) => {
        failed.tap("noisy", () => {
          throw boom;
        });
      }),
      await tapped(({ failed }) => {
        failed.tapPromise("noisy", () => Promise.reject(boom));
      }),
      await tapped(({ failed }) => {
        failed.tapAsync("noisy", (_, callback) => {
          callback(boom);
        });
      }),
    ];
    for (const kernel of kernels) {
      const error = await expectError("HOOK_TAP_FAILED", kernel.hooks.failed.promise(failure));
      expect(error.message).to.equal('tap "noisy" of plugin watcher on hook failed failed: out of range');
      expect(error.cause).to.equal(boom);
    }
  });

  it("let an error of the catalogue be what it is, with the place noted", async () => {
    const original = rarlError("IMAGE_UNREADABLE", { file: "a.png", reason: "truncated" });
    const kernel = await tapped(({ score }) => {
      score.tapPromise("reader", () => Promise.reject(original));
    });
    const request = { items: [], signal: new AbortController().signal, columns: new Map<string, never>() };
    const error = await expectError("IMAGE_UNREADABLE", kernel.hooks.score.promise(request));
    expect(error).to.equal(original);
    expect(error.trail).to.deep.equal(['tap "reader" of plugin watcher on hook score']);
  });

  it("let an abort be an abort", async () => {
    const reason = new DOMException("interrupted", "AbortError");
    const kernel = await tapped(({ failed }) => {
      failed.tapPromise("patient", () => Promise.reject(reason));
    });
    expect(await kernel.hooks.failed.promise(failure).catch((error: unknown) => error)).to.equal(reason);
  });

  it("must return a value on a waterfall hook", async () => {
    const nothing = undefined as unknown as typeof batch;
    const kernels = [
      await tapped(({ advantages }) => {
        advantages.tap("forgetful", () => nothing);
      }),
      await tapped(({ advantages }) => {
        advantages.tapPromise("forgetful", () => Promise.resolve(nothing));
      }),
      await tapped(({ advantages }) => {
        advantages.tapAsync("forgetful", (_, callback) => {
          callback(null);
        });
      }),
    ];
    for (const kernel of kernels) {
      const error = await expectError("HOOK_WATERFALL_EMPTY", kernel.hooks.advantages.promise(batch));
      expect(error.message).to.contain('"forgetful" of plugin watcher').and.to.contain("hook advantages");
    }
  });

  it("must not be asynchronous where nobody awaits them", async () => {
    const late = (): unknown => Promise.reject(new Error("seen by nobody"));
    const kernel = await tapped(({ failed }) => {
      failed.tap("impatient", () => {
        return late() as undefined;
      });
    });
    const error = await expectError("HOOK_TAP_NOT_AWAITED", kernel.hooks.failed.promise(failure));
    expect(error.remedy).to.contain("tapPromise");
  });

  it("have names of their own on each hook", async () => {
    const twice = tapped(({ failed, finished }) => {
      finished.tap("log", () => undefined);
      failed.tap("log", () => undefined);
      failed.tapPromise("log", () => Promise.resolve());
    });
    expect((await expectError("HOOK_TAP_DUPLICATE", twice)).message).to.contain('"log" on hook failed');
  });

  it("may only stand before taps that are there once all is wired", async () => {
    const kernel = await tapped(({ score }) => {
      score.tap({ name: "mine", before: "formt" }, () => undefined);
    });
    kernel.hooks.score.tap("format", () => undefined);
    const check = Promise.resolve().then(() => {
      kernel.checkHooks();
    });
    const error = await expectError("HOOK_BEFORE_UNKNOWN", check);
    expect(error.message).to.contain('before "formt"').and.to.contain('did it mean "format"?');
  });

  it("cannot be put on a hook that does not exist", async () => {
    const unknown = tapped((hooks) => {
      (hooks as unknown as Record<string, RunHooks["failed"]>)["stepp"]!.tap("x", () => undefined);
    });
    const error = await expectError("HOOK_UNKNOWN", unknown);
    expect(error.message).to.contain('plugin watcher taps the unknown hook "stepp"; did it mean "step"?');
    expect(error.message).to.contain("configured, engine, backbone");
  });

  it("can be told from the hooks' own properties", async () => {
    const kernel = await tapped(() => undefined);
    const hooks = kernel.hooksFor("anyone");
    expect(await Promise.resolve(hooks)).to.equal(hooks);
    expect(Object.keys(hooks)).to.deep.equal(Object.keys(kernel.hooks));
    expect(Object.isFrozen(kernel.hooks)).to.equal(true);
  });

  it("see calls through any plugin's view of the hooks, also after more taps have come", async () => {
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const kernel = await tapped(() => undefined);
    const [one, other] = [kernel.hooksFor("one"), kernel.hooksFor("other")];
    one.failed.tap("a", count);
    await other.failed.promise(failure);
    other.failed.tap("b", count);
    await one.failed.promise(failure);
    expect(calls).to.equal(3);
    expect(one.failed.taps.map(({ name }) => name)).to.deep.equal(["a", "b"]);
  });
});
