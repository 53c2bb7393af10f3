import type { Backbone, StepLoad } from "@rarl-sdk/core";
import { expect } from "chai";
import { configuredCut, fittingCut } from "../src/memory-plan.js";

const options = {
  groupSize: 8,
  promptsPerStep: 4,
  accumulation: 2,
  microBatch: undefined,
  rolloutPrompts: undefined,
  maxNewTokens: 10,
};

/** A backbone for which a completion token costs 1 byte in a rollout and 4 in a pass, and a fourth recomputed. */
const backbone = {
  stepMemory: ({ rollout, pass, completionTokens, recompute }: StepLoad) => ({
    rollout: rollout.prompts * rollout.completions * completionTokens,
    pass: (pass.prompts * pass.completions * completionTokens * 4) / (recompute ? 4 : 1),
  }),
} as Partial<Backbone> as Backbone;

const fit = (bytes: number) => fittingCut(options, { bytes, promptTokens: 100 }, backbone);

describe("the cut of a step", () => {
  it("is the configured one where memory suffices", () => {
    const { cut, plan } = fit(1e6);
    expect(cut).to.deep.equal(configuredCut(options));
    expect(cut).to.deep.equal({ rolloutPrompts: 8, microBatch: 4, passCompletions: 8, recompute: false });
    expect(plan.memory).to.deep.equal({ rollout: 640, pass: 1280 });
    expect(plan.load.promptTokens).to.equal(100);
  });

  it("takes fewer groups a pass before it recomputes", () => {
    expect(fit(1279).cut).to.include({ microBatch: 2, passCompletions: 8, recompute: false });
    expect(fit(320).cut).to.include({ microBatch: 1, passCompletions: 8, recompute: false });
  });

  it("recomputes before it cuts groups, in passes as large as may be", () => {
    expect(fit(319).cut).to.include({ microBatch: 2, passCompletions: 8, recompute: true });
    expect(fit(100).cut).to.include({ microBatch: 1, passCompletions: 8, recompute: true });
    expect(fit(40).cut).to.include({ microBatch: 1, passCompletions: 4, recompute: true });
  });

  it("samples fewer prompts together where keys and values take too much", () => {
    expect(fit(639).cut.rolloutPrompts).to.equal(4);
    expect(fit(80).cut.rolloutPrompts).to.equal(1);
  });

  it("is the leanest where nothing fits, with what it would need", () => {
    const { cut, plan } = fit(5);
    expect(cut).to.deep.equal({ rolloutPrompts: 1, microBatch: 1, passCompletions: 1, recompute: true });
    expect(plan.memory).to.deep.equal({ rollout: 80, pass: 10 });
  });
});
