import { expect } from "chai";
import {
  createKernel,
  definePlugin,
  type HookName,
  type Kernel,
  type Reward,
  type Tracker,
} from "@rarl-sdk/core";
import { z } from "zod";

/** Compiles only when both types are the same; tuples keep unions whole. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
const holds = <Claim extends true>(claim: Claim): Claim => claim;

describe("types of the plugin interface", () => {
  it("infer a plugin's options, and a component's, from their schemas", async () => {
    const plugin = definePlugin({
      name: "typed",
      apiVersion: "1.0",
      options: z.strictObject({ level: z.int().default(1), label: z.string().optional() }),
      apply(context, options) {
        expect(options).to.deep.equal({ level: 1 });
        holds<Same<typeof options, { level: number; label?: string | undefined }>>(true);
        context.rewards.addFactory(
          "r",
          (chosen) => {
            holds<Same<typeof chosen, { scale: number }>>(true);
            return { score: (items) => items.map(() => chosen.scale) };
          },
          { description: "r", options: z.strictObject({ scale: z.number().default(1) }) },
        );
        // @ts-expect-error a tracker is no reward
        context.rewards.addFactory("t", (): Tracker => ({ name: "t", track: () => undefined }), {
          description: "t",
        });
        // @ts-expect-error there is no such hook
        const name: HookName = "scores";
        expect(() => Reflect.get(context.hooks, name) as unknown).to.throw('did it mean "score"?');
      },
    });
    const kernel = await createKernel({ builtins: [plugin], baseDirectory: "." });
    expect(kernel.has("rewards", "r")).to.equal(true);
  });

  it("give kernel.create the type of the kind", () => {
    const create = (kernel: Kernel) => kernel.create("rewards", "r");
    holds<Same<ReturnType<typeof create>, Reward>>(true);
    expect(create).to.be.a("function");
  });
});
