import { tmpdir } from "node:os";
import {
  createKernel,
  definePlugin,
  tokens,
  type ComponentFactory,
  type Judge,
  type Kernel,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { rarlRewardsPlugin } from "../../src/index.js";

/** For rewards whose options choose no component of their own. */
export const noComponents: ComponentFactory = {
  create: (kind, name) => {
    throw new Error(`${kind} ${name} was made although no option chose it`);
  },
};

export interface Extras {
  /** The run's text similarity, instead of token-f1. */
  readonly textSimilarity?: TextSimilarity;
  /** Registered as the judge `test-judge`. */
  readonly judge?: Judge;
}

/** A kernel with the plugin, a text similarity for the run, and the given judge. */
export async function rewardKernel({ textSimilarity, judge }: Extras = {}): Promise<Kernel> {
  const extras = definePlugin({
    name: "extras",
    apiVersion: "1.0",
    apply({ judges }) {
      if (judge !== undefined) judges.addFactory("test-judge", () => judge, { description: "of a test" });
    },
  });
  const kernel = await createKernel({ builtins: [rarlRewardsPlugin, extras], baseDirectory: tmpdir() });
  kernel.container.register(tokens.textSimilarity, {
    useValue: textSimilarity ?? kernel.create("similarities", "token-f1"),
  });
  return kernel;
}
