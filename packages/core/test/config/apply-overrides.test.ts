import { expect } from "chai";
import { applyOverrides, locateUnder, parseConfig, parseConfigText, RarlError } from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { kernelOf } from "./config-fixture.js";

const raw = { training: { steps: 5 }, rewards: [{ name: "overlap", weight: 1 }], adapter: null, seed: 1 };

describe("applyOverrides", () => {
  const cases: [override: string, path: string, value: unknown][] = [
    ["training.steps=10", "training.steps", 10],
    ["rewards.0.weight=2.5", "rewards[0].weight", 2.5],
    ["rewards[0].weight=1e-3", "rewards[0].weight", 0.001],
    ["rewards.1={name: length}", "rewards[1].name", "length"],
    ["optimizer.schedule.kind=cosine", "optimizer.schedule.kind", "cosine"],
    ["adapter.rank=4", "adapter.rank", 4],
    ["name=a=b", "name", "a=b"],
    ["training.evaluateBefore=true", "training.evaluateBefore", true],
    ["optimizer.maxGradNorm=null", "optimizer.maxGradNorm", null],
    ["name=", "name", null],
    ['seed="7"', "seed", "7"],
  ];
  for (const [override, path, value] of cases) {
    it(`puts ${override} in its place`, () => {
      expect(applyOverrides(raw, [override])).to.have.deep.nested.property(path, value);
    });
  }

  it("applies them in order and leaves the original alone", () => {
    const before = structuredClone(raw);
    expect(applyOverrides(raw, ["seed=2", "seed=3"])).to.deep.equal({ ...raw, seed: 3 });
    expect(raw).to.deep.equal(before);
  });

  const refused: [override: string, reason: RegExp][] = [
    ["training.steps", /there is no =/],
    ["=3", /empty part/],
    ["training..steps=3", /empty part/],
    ["seed.low=3", /seed holds a single value/],
    ["rewards.first.weight=3", /"first" is no position in rewards, a list of 1/],
    ["rewards.7.weight=3", /"7" is no position/],
    ["training.steps=[1", /not valid YAML: [^\n]*$/],
    ["__proto__.polluted=1", /not allowed/],
    ["training.constructor.prototype.polluted=1", /not allowed/],
  ];
  for (const [override, reason] of refused) {
    it(`refuses ${override}`, () => {
      expect(() => applyOverrides(raw, [override])).to.throw(RarlError, reason);
      expect({}).not.to.have.property("polluted");
    });
  }

  it("leaves it to the schema to refuse a path that means nothing", async () => {
    const base = {
      model: { name: "tiny", path: "p" },
      algorithm: { name: "grpo" },
      prompts: { name: "diverse" },
    };
    const data = { train: { name: "jsonl", path: "t" } };
    const parsing = kernelOf().then((kernel) =>
      parseConfig(kernel, applyOverrides({ ...base, data }, ["training.setps=3"]), "rarl.yaml"),
    );
    expect((await expectError("CONFIG_KEY_UNKNOWN", parsing)).message).to.contain('did you mean "steps"?');
  });
});

describe("locateUnder", () => {
  const { locate } = parseConfigText("training:\n  steps: 3\nrewards:\n  - {name: length}\n", "rarl.yaml");

  it("names no place in the file for what an override gave", () => {
    const under = locateUnder(locate, ["training.steps=x", "rewards.0.name=y"]);
    expect(under(["training", "steps"])).to.equal(null);
    expect(under(["rewards", 0, "name"])).to.equal(null);
    expect(under(["training"])).to.deep.equal({ line: 1, column: 1 });
    expect(under(["rewards", 0])).to.deep.equal({ line: 4, column: 5 });
  });
});
