import { expect } from "chai";
import { RarlError } from "@rarl-sdk/core";
import { loraOptions } from "../src/options.js";
import { selectLinears } from "../src/select-linears.js";
import { defaultStructure, rankOf, scaleOf } from "../src/structure.js";
import { useWasm } from "./support/harness.js";
import { tinyLinears, type TestLinear } from "./support/test-linears.js";

describe("choosing layers to adapt", () => {
  let linears: readonly TestLinear[] = [];
  before(async () => {
    await useWasm();
    linears = tinyLinears();
  });
  after(() => {
    for (const linear of linears) linear.dispose();
  });

  const select = (targets: readonly string[] | string, exclude: readonly string[] | string | null = null) =>
    selectLinears(linears, { targets, exclude }).map(({ name }) => name);
  const failure = (targets: readonly string[] | string): RarlError => {
    try {
      select(targets);
    } catch (error) {
      if (error instanceof RarlError) return error;
      throw error;
    }
    throw new Error("nothing was thrown");
  };

  it("matches whole path parts at the end, as PEFT does", () => {
    expect(select(["proj"])).to.deep.equal([
      "model.visual.blocks.0.attn.proj",
      "model.visual.blocks.1.attn.proj",
    ]);
    expect(select(["0.self_attn.q_proj", "model.visual.merger.mlp.0"])).to.deep.equal([
      "model.visual.merger.mlp.0",
      "model.language_model.layers.0.self_attn.q_proj",
    ]);
  });

  it("matches an expression against the whole path", () => {
    expect(select(".*language_model.*\\.(q|v)_proj")).to.have.length(4);
    expect(failure("q_proj").code).to.equal("ADAPTER_TARGET_UNMATCHED");
  });

  it("takes every layer, vision tower included, for all-linear", () => {
    expect(select("all-linear")).to.have.length(linears.length);
  });

  it("leaves out what is excluded, in either form", () => {
    expect(select("all-linear", ".*visual.*")).to.have.length(14);
    expect(select(["q_proj", "k_proj"], ["layers.1.self_attn.q_proj"])).to.have.length(3);
  });

  it("names each target that matches nothing, suggests a near one and lists the endings", () => {
    const error = failure(["q_proj", "v_projj"]);
    expect(error.code).to.equal("ADAPTER_TARGET_UNMATCHED");
    expect(error.message).to.include('"v_projj"').and.include('did you mean "v_proj"').and.include("mlp.0");
    expect(error.message).to.not.include('target "q_proj"');
    expect(error.exitCode).to.equal(3);
  });

  it("refuses a selection that excludes everything", () => {
    expect(() => select(["q_proj"], ["q_proj"])).to.throw(RarlError);
  });

  it("looks up ranks and alphas by the end of the path, the first pattern first", () => {
    const structure = {
      ...defaultStructure,
      rankPattern: { "layers.1.self_attn.(q|k)_proj": 4, q_proj: 2 },
      alphaPattern: { k_proj: 32 },
    };
    const path = (layer: number, name: string) => `model.language_model.layers.${layer}.self_attn.${name}`;
    expect([rankOf(structure, path(1, "q_proj")), rankOf(structure, path(0, "q_proj"))]).to.deep.equal([
      4, 2,
    ]);
    expect(rankOf(structure, path(0, "xq_proj"))).to.equal(8);
    expect(scaleOf(structure, path(1, "k_proj"))).to.equal(8);
    expect(scaleOf({ ...structure, useRslora: true }, path(1, "k_proj"))).to.equal(16);
  });

  it("checks options: unknown names, bad expressions, ranges", () => {
    for (const wrong of [
      { rank: 8 },
      { r: 0 },
      { dropout: 1 },
      { targets: [] },
      { targets: "(" },
      { keyStyle: "x" },
    ]) {
      expect(loraOptions.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false);
    }
    expect(loraOptions.parse({})).to.deep.equal({ keyStyle: "new" });
  });
});
