import { expect } from "chai";
import {
  createKernel,
  definePlugin,
  inject,
  injectable,
  rarlError,
  tokens,
  type Kernel,
  type Plugin,
  type Reward,
} from "@rarl-sdk/core";
import { testRewardItem } from "@rarl-sdk/core/testing";
import { instanceCachingFactory } from "tsyringe";
import { z } from "zod";
import { expectError } from "../support/expect-error.js";
import { OverlapReward, partsPlugin, sameText } from "./parts-plugin.js";

const kernelOf = (...builtins: Plugin[]): Promise<Kernel> => createKernel({ builtins, baseDirectory: "." });
/** A reward that never applies. */
class NoReward implements Reward {
  score(): readonly null[] {
    return [];
  }
}
const create = async (kernel: Kernel, name: string, options?: unknown) => {
  await Promise.resolve();
  return kernel.create("rewards", name, options);
};

describe("components from the container", () => {
  it("are given their parsed options and the run's text similarity by token", async () => {
    const kernel = await kernelOf(partsPlugin);
    kernel.container.register(tokens.textSimilarity, { useValue: sameText });
    const reward = kernel.create("rewards", "overlap", { floor: 0.25 });
    expect(reward).to.be.instanceOf(OverlapReward);
    const items = [testRewardItem(), testRewardItem({ text: "<think>x</think><answer>no</answer>" })];
    expect(await reward.score(items, new AbortController().signal)).to.deep.equal([1, 0.25]);
  });

  it("fill in defaults of their options, and do not share them", async () => {
    const kernel = await kernelOf(partsPlugin);
    kernel.container.register(tokens.textSimilarity, { useValue: sameText });
    const first = kernel.create("rewards", "overlap");
    const second = kernel.create("rewards", "overlap", { floor: 1 });
    expect(first).to.have.deep.property("options", { floor: 0 });
    expect(second).to.have.deep.property("options", { floor: 1 });
    expect(kernel.container.isRegistered(tokens.options)).to.equal(false);
  });

  it("keep the services of two kernels apart", async () => {
    const [one, other] = [await kernelOf(partsPlugin), await kernelOf(partsPlugin)];
    one.container.register(tokens.textSimilarity, { useValue: sameText });
    expect(one.container.isRegistered(tokens.textSimilarity)).to.equal(true);
    const error = await expectError("COMPONENT_FAILED", create(other, "overlap"));
    expect(error.message).to.match(/"overlap" \(rewards, plugin parts\).*rarl-sdk\.textSimilarity/s);
  });

  it("are made by a factory from parsed options and a container that knows them", async () => {
    const kernel = await kernelOf(
      definePlugin({
        name: "p",
        apiVersion: "1.0",
        apply: ({ rewards }) => {
          const options = z.strictObject({ scale: z.number().default(3) });
          rewards.addFactory(
            "scaled",
            ({ scale }, container) => {
              expect(container.resolve(tokens.options)).to.deep.equal({ scale });
              expect(container.resolve(tokens.baseDirectory)).to.equal(process.cwd());
              return { score: (items) => items.map(() => scale) };
            },
            { description: "constant", options },
          );
        },
      }),
    );
    const reward = kernel.create("rewards", "scaled");
    expect(await reward.score([testRewardItem()], new AbortController().signal)).to.deep.equal([3]);
  });

  it("refuse options that their schema does not take, naming component, plugin and path", async () => {
    const kernel = await kernelOf(partsPlugin);
    const error = await expectError("COMPONENT_OPTIONS", create(kernel, "overlap", { flor: 1, floor: 7 }));
    expect(error.message).to.contain('"overlap" (rewards, plugin parts)');
    expect(error.message).to.contain('flor: unknown key; did you mean "floor"?');
    expect(error.message).to.contain("floor: ");
  });

  it("are refused by name when nobody provides them", async () => {
    const error = await expectError("COMPONENT_UNKNOWN", create(await kernelOf(partsPlugin), "overlp"));
    expect(error.message).to.contain('did you mean "overlap"?').and.to.contain("length");
  });

  it("say which component and plugin failed when a constructor throws", async () => {
    @injectable()
    class Broken extends NoReward {
      constructor() {
        super();
        throw new TypeError("no such vocabulary");
      }
    }
    const kernel = await kernelOf(
      definePlugin({
        name: "breaker",
        apiVersion: "1.0",
        apply: ({ rewards }) => {
          rewards.add("broken", Broken, { description: "throws" });
        },
      }),
    );
    const error = await expectError("COMPONENT_FAILED", create(kernel, "broken"));
    expect(error.message)
      .to.contain('"broken" (rewards, plugin breaker)')
      .and.to.contain("no such vocabulary");
    expect(error.cause).to.be.instanceOf(TypeError);
  });

  it("let errors of the catalogue through, also from an injected part", async () => {
    @injectable()
    class Needy extends NoReward {
      constructor(@inject(tokens.textSimilarity) readonly similarity: unknown) {
        super();
      }
    }
    const kernel = await kernelOf(
      definePlugin({
        name: "p",
        apiVersion: "1.0",
        apply: ({ rewards, similarities }) => {
          rewards.add("needy", Needy, { description: "needs a similarity" });
          similarities.addFactory(
            "missing-model",
            () => {
              throw rarlError("CHECKPOINT_FILE_MISSING", { file: "bert/model.safetensors" });
            },
            { description: "has no model" },
          );
        },
      }),
    );
    kernel.container.register(tokens.textSimilarity, {
      useFactory: instanceCachingFactory(() => kernel.create("similarities", "missing-model")),
    });
    const error = await expectError("CHECKPOINT_FILE_MISSING", create(kernel, "needy"));
    expect(error.trail).to.deep.equal([
      '"missing-model" (similarities) of plugin p',
      '"needy" (rewards) of plugin p',
    ]);
  });
});

describe("classes that the container cannot make", () => {
  const register = (component: new (...injected: never[]) => Reward) =>
    kernelOf(
      definePlugin({
        name: "p",
        apiVersion: "1.0",
        apply: ({ rewards }) => {
          rewards.add("r", component, { description: "r" });
        },
      }),
    );

  it("are refused when registered if a parameter has no token", async () => {
    @injectable()
    class Half extends NoReward {
      constructor(
        @inject(tokens.options) readonly options: unknown,
        readonly forgotten: unknown,
      ) {
        super();
      }
    }
    const error = await expectError("COMPONENT_NOT_INJECTABLE", register(Half));
    expect(error.message).to.equal(
      "class Half of plugin p cannot be constructed: parameter 2 of its constructor has no @inject(…)",
    );
  });

  it("are refused when made if @injectable() is missing", async () => {
    class Plain extends NoReward {
      constructor(@inject(tokens.options) readonly options: unknown) {
        super();
      }
    }
    const error = await expectError("COMPONENT_NOT_INJECTABLE", create(await register(Plain), "r"));
    expect(error.message).to.contain("class Plain of plugin p").and.to.contain("no @injectable()");
  });

  it("are refused when they inherit a constructor, whose tokens the container would not see", async () => {
    @injectable()
    class Child extends OverlapReward {}
    const error = await expectError("COMPONENT_NOT_INJECTABLE", register(Child));
    expect(error.message).to.contain("OverlapReward");
  });
});
