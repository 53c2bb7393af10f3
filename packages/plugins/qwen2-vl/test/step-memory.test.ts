import { expect } from "chai";
import { stepMemory } from "../src/step-memory.js";
import type { TextConfig } from "../src/config/qwen2-vl-config.js";

/** The benchmark's 38 M shape (bench/grpo-step). */
const config = {
  hiddenSize: 512,
  intermediateSize: 1024,
  layers: 8,
  heads: 8,
  kvHeads: 2,
  headDim: 64,
  vocabSize: 15000,
} as TextConfig;

const load = {
  promptTokens: 291,
  completionTokens: 128,
  rollout: { prompts: 1, completions: 8 },
  pass: { prompts: 1, completions: 8 },
  recompute: false,
};

describe("the estimate of a step's memory", () => {
  it("counts what every layer keeps for the backward pass", () => {
    const rows = 291 + 8 * 128;
    const deeper = stepMemory({ ...config, layers: 9 }, load).pass - stepMemory(config, load).pass;
    // x, x normed, q, attention, residual; k, v; gate, up: float32, and a tenth more.
    expect(deeper).to.be.closeTo(1.1 * 4 * rows * (5 * 512 + 2 * 128 + 2 * 1024), 1);
  });

  it("counts a layer's input alone where activations are recomputed", () => {
    const recomputed = { ...load, recompute: true };
    const deeper =
      stepMemory({ ...config, layers: 9 }, recomputed).pass - stepMemory(config, recomputed).pass;
    expect(deeper).to.be.closeTo(1.1 * 4 * (291 + 8 * 128) * 512, 1);
    expect(stepMemory(config, recomputed).pass).to.be.below(stepMemory(config, load).pass);
  });

  it("counts a prompt's keys and values once for its completions", () => {
    const more = { ...load, rollout: { prompts: 1, completions: 16 }, promptTokens: 291 };
    const longer = (one: typeof load) =>
      stepMemory(config, { ...one, promptTokens: 292 }).rollout - stepMemory(config, one).rollout;
    expect(longer(more)).to.be.closeTo(longer(load), 1);
  });

  it("counts of many prompts their keys and values, and activations of one pass of them alone", () => {
    const of = (prompts: number) =>
      stepMemory(config, { ...load, rollout: { prompts, completions: 1 } }).rollout;
    expect(of(64) - of(32)).to.be.closeTo(1.1 * 4 * 32 * (291 + 128) * 2 * 8 * 128, 1);
  });
});
