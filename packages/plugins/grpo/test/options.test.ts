import { expect } from "chai";
import type { z } from "zod";
import { Grpo } from "../src/grpo.js";
import { grpoOptions } from "../src/options.js";

type Input = z.input<typeof grpoOptions>;

describe("GRPO options", () => {
  it("default to RARL's settings", () => {
    expect(grpoOptions.parse({})).to.deep.include({
      groupSize: 8,
      promptsPerStep: 1,
      accumulation: 2,
      maxNewTokens: 256,
      temperature: 1,
      beta: 0.04,
      epsilonLow: 0.2,
      lossType: "grpo",
      updatesPerRollout: 1,
    });
  });

  const refused: Record<string, Input & Record<string, unknown>> = {
    "a key that is not there": { groupsize: 8 },
    "a group of one, which has no deviation": { groupSize: 1 },
    "greedy sampling, which has no exploration": { temperature: 0 },
    "a penalty that ends before it begins": { overlong: { start: 10, cap: 10 } },
    "an unknown loss": { lossType: "ppo" as "grpo" },
  };
  for (const [what, options] of Object.entries(refused))
    it(`refuse ${what}`, () => {
      expect(grpoOptions.safeParse(options).success).to.equal(false);
    });

  it("describe every key for the configuration's schema", () => {
    for (const [name, schema] of Object.entries(grpoOptions.shape))
      expect(schema.description, name).to.be.a("string").that.is.not.empty;
  });

  it("leave rewards unscaled under dr_grpo unless asked otherwise", () => {
    const batch = { rewards: [1, 2, 6], groupSizes: [3], samples: [], advantages: null };
    const advantages = (options: Input) => new Grpo(grpoOptions.parse(options)).advantages(batch).advantages;

    expect(advantages({ lossType: "dr_grpo" })).to.deep.equal([-2, -1, 3]);
    expect(advantages({ lossType: "dr_grpo", scaleRewards: "group" })).to.deep.equal(advantages({}));
    expect(advantages({})).to.not.deep.equal([-2, -1, 3]);
  });
});
