import { expect } from "chai";
import { configDifferences, effectiveConfig, fingerprintConfig } from "@rarl-sdk/core";
import { parse as parseYaml, stringify } from "yaml";
import { minimal, parse } from "./config-fixture.js";

const full = `${minimal}rewards: [{name: overlap, floor: 0.5, weight: 2}, {name: length, label: tokens}]
adapter: {rank: 4, name: lora}
engine: {name: auto, threads: 2}
training: {steps: 10}
`;

describe("effectiveConfig", () => {
  it("written as YAML and read again is the same configuration", async () => {
    const config = await parse(full);
    const yaml = stringify(effectiveConfig(config));
    expect(await parse(yaml)).to.deep.equal(config);
    expect(parseYaml(yaml)).to.have.deep.property("adapter", { name: "lora", rank: 4, targets: ["q_proj"] });
    expect(yaml).not.to.contain("undefined");
  });
});

describe("fingerprintConfig", () => {
  const fingerprint = async (yaml: string) => fingerprintConfig(await parse(yaml));

  it("does not depend on the order of keys, nor on whether a default is written", async () => {
    const reordered = full
      .split("\n")
      .reverse()
      .join("\n")
      .replace("{rank: 4, name: lora}", "{name: lora, rank: 4}");
    expect(await fingerprint(reordered)).to.equal(await fingerprint(full));
    expect(await fingerprint(`${full}seed: 42`)).to.equal(await fingerprint(full));
    expect(await fingerprint(full)).to.match(/^[0-9a-f]{64}$/);
  });

  it("depends on everything that has a say in the results, on the order of lists too", async () => {
    const changed = [
      `${full}seed: 43`,
      full.replace("weight: 2", "weight: 3"),
      full.replace("rank: 4", "rank: 5"),
      full.replace(
        "{name: overlap, floor: 0.5, weight: 2}, {name: length, label: tokens}",
        "{name: length, label: tokens}, {name: overlap, floor: 0.5, weight: 2}",
      ),
      full.replace("threads: 2", "threads: 3"),
    ];
    const all = await Promise.all([full, ...changed].map(fingerprint));
    expect(new Set(all).size).to.equal(all.length);
  });

  it("does not depend on how the run is recorded", async () => {
    const recorded = `${full.replace("steps: 10", "steps: 10, keepCheckpoints: 9")}name: other\noutput: elsewhere\ntrackers: [{name: board}]`;
    expect(await fingerprint(recorded)).to.equal(await fingerprint(full));
  });
});

describe("configDifferences", () => {
  it("names the paths that changed, appeared or went", async () => {
    const before = await parse(full);
    const after = await parse(
      full
        .replace("rank: 4", "rank: 5")
        .replace(", threads: 2", "")
        .replace("steps: 10", "steps: 10, evaluateEvery: 5"),
    );
    expect(configDifferences(before, after)).to.deep.equal([
      "adapter.rank",
      "engine.threads",
      "training.evaluateEvery",
    ]);
    expect(configDifferences(before, before)).to.deep.equal([]);
  });
});
