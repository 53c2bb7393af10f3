import { expect } from "chai";
import { definePlugin, type Kernel, type RarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { kernelOf, minimal, parse } from "./config-fixture.js";

const section = z.looseObject({ name: z.string() });

/** A reward that chooses a judge, which may choose a similarity. */
const choosers = definePlugin({
  name: "choosers",
  apiVersion: "1.0",
  apply({ rewards, judges, similarities }) {
    rewards.addFactory("by-judge", () => ({ score: (items) => items.map(() => 1) }), {
      description: "asks a judge",
      options: z.strictObject({ judge: section.optional() }),
      uses: ({ judge }) => {
        if (judge === undefined) return [];
        const { name, ...options } = judge;
        return [{ kind: "judges", name, options, path: ["judge"] }];
      },
    });
    judges.addFactory("strict", () => ({ name: "strict", grade: () => Promise.resolve([]) }), {
      description: "asks a similarity",
      options: z.strictObject({ threshold: z.number().max(1).default(0.5), measure: section.optional() }),
      uses: ({ measure }) => {
        if (measure === undefined) return [];
        const { name, ...options } = measure;
        return [{ kind: "similarities", name, options, path: ["measure"] }];
      },
    });
    similarities.addFactory("scaled", () => ({ name: "scaled", similarity: () => Promise.resolve([]) }), {
      description: "scaled",
      options: z.strictObject({ scale: z.number() }),
    });
  },
});

describe("components that a reward's options choose", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await kernelOf(choosers);
  });

  const refused = async (judge: string): Promise<RarlError> => {
    const yaml = `${minimal}rewards:\n  - {name: by-judge}\n  - name: by-judge\n    label: second\n    judge: ${judge}\n`;
    const error = await parse(yaml, kernel).then(
      () => null,
      (thrown: unknown) => thrown as RarlError,
    );
    expect(error, "it was accepted").to.not.equal(null);
    return error!;
  };

  it("are taken when their options fit, and left as written", async () => {
    const judge = "{name: strict, measure: {name: scaled, scale: 2}}";
    const config = await parse(`${minimal}rewards: [{name: by-judge, judge: ${judge}}]\n`, kernel);
    expect(config.rewards[0]!.options).to.deep.equal({
      judge: { name: "strict", measure: { name: "scaled", scale: 2 } },
    });
  });

  it("are refused with the configuration when their options do not fit, by line and path", async () => {
    const error = await refused("{name: strict, threshold: 2}");
    expect(error.code).to.equal("CONFIG_INVALID");
    expect(error.message).to.match(/rewards\[1\]\.judge\.threshold \(line 9, column \d+\): /);
  });

  it("are refused when nobody provides them, with the likely name", async () => {
    const error = await refused("{name: strikt}");
    expect(error.message).to.contain("rewards[1].judge.name").and.contain('did you mean "strict"?');
  });

  it("have unknown keys refused, with the likely one", async () => {
    const error = await refused("{name: strict, treshold: 0.5}");
    expect(error.code).to.equal("CONFIG_KEY_UNKNOWN");
    expect(error.message).to.contain("rewards[1].judge.treshold").and.contain('did you mean "threshold"?');
  });

  it("are looked at as deep as they choose others", async () => {
    const error = await refused("{name: strict, measure: {name: scaled, scale: x}}");
    expect(error.message).to.contain("rewards[1].judge.measure.scale");
  });
});
