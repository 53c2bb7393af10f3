import { expect } from "chai";
import { createKernel, definePlugin, parseConfig, pluginEntries } from "@rarl-sdk/core";
import { z } from "zod";
import { expectError } from "../support/expect-error.js";
import { kernelOf, minimal, parse, refusal } from "./config-fixture.js";

describe("parseConfig", () => {
  it("fills in every default", async () => {
    expect(await parse(minimal)).to.deep.equal({
      name: "run",
      seed: 42,
      output: "runs",
      engine: {
        name: "auto",
        options: {},
        device: undefined,
        threads: undefined,
        weights: undefined,
        memory: undefined,
      },
      model: { name: "tiny", options: { path: "base" } },
      adapter: null,
      algorithm: { name: "grpo", options: { groupSize: 8 } },
      optimizer: {
        name: "adamw",
        options: { weightDecay: 0 },
        learningRate: 1e-5,
        schedule: { kind: "constant", warmupSteps: 0, finalRatio: 0 },
        maxGradNorm: 1,
      },
      data: {
        train: { name: "jsonl", options: { path: "train.jsonl" }, limit: null, shuffle: true },
        evaluation: {},
      },
      prompts: { name: "diverse", options: {} },
      textSimilarity: { name: "token-f1", options: {} },
      rewards: [],
      judges: [],
      training: {
        epochs: 5,
        steps: null,
        checkpointEvery: 100,
        keepCheckpoints: 3,
        evaluateEvery: null,
        evaluateBefore: false,
        evaluateAfter: true,
        stopAfterNonFinite: 5,
      },
      evaluation: { style: null, maxNewTokens: 256, batchSize: 16, temperature: 0, scores: ["open-answer"] },
      trackers: [{ name: "jsonl", options: {} }],
      plugins: [],
    });
  });

  it("parts a section's shared keys from its component's options", async () => {
    const config = await parse(
      `${minimal}rewards: [{name: overlap, floor: 0.5, weight: 2}, {name: overlap, label: strict}]\n` +
        "engine: {device: cpu, threads: 2}\n" +
        "optimizer: {learningRate: 0.001, weightDecay: 0.1, maxGradNorm: null}\n",
    );
    expect(config.rewards).to.deep.equal([
      { name: "overlap", options: { floor: 0.5 }, weight: 2, label: "overlap" },
      { name: "overlap", options: { floor: 0 }, weight: 1, label: "strict" },
    ]);
    expect(config.engine).to.deep.include({ name: "auto", device: "cpu", threads: 2 });
    expect(config.optimizer).to.deep.include({
      options: { weightDecay: 0.1 },
      learningRate: 0.001,
      maxGradNorm: null,
    });
  });

  it("names file, line, path and the likely key for an unknown one", async () => {
    expect(
      await refusal("CONFIG_KEY_UNKNOWN", `${minimal}rewards:\n  - {name: overlap, wieght: 2}\n`),
    ).to.match(
      /^rarl\.yaml:6:21: unknown key rewards\[0\]\.wieght; did you mean "weight"\? \(known here: floor, name, weight, label\)$/,
    );
    expect(await refusal("CONFIG_KEY_UNKNOWN", `${minimal}trainig: {}`)).to.contain(
      'did you mean "training"?',
    );
    expect(await refusal("CONFIG_KEY_UNKNOWN", `${minimal}training: {step: 3}`)).to.contain(
      'did you mean "steps"?',
    );
  });

  it("refuses an option of another component of the kind", async () => {
    const message = await refusal("CONFIG_KEY_UNKNOWN", `${minimal}rewards: [{name: length, floor: 1}]`);
    expect(message).to.contain("rewards[0].floor").and.to.contain("(known here: name, weight, label)");
  });

  it("names the known components for an unknown one", async () => {
    expect(await refusal("COMPONENT_UNKNOWN", `${minimal}rewards:\n- name: overlop\n`)).to.equal(
      'rarl.yaml:6:3: rewards[0].name: no plugin of this run provides "overlop" among rewards; ' +
        'did you mean "overlap"? (known: overlap, length)',
    );
    expect(await refusal("COMPONENT_UNKNOWN", `${minimal}judges: [{name: gpt}]`)).to.contain("(known: none)");
    expect(await refusal("COMPONENT_UNKNOWN", `${minimal}engine: {name: cuda}`)).to.contain("(known: auto)");
    expect(
      await refusal("COMPONENT_UNKNOWN", minimal.replace("train: {name: jsonl", "train: {name: json")),
    ).to.contain("data.train.name");
  });

  it("lists all that is wrong at once, each by path and line", async () => {
    const message = await refusal(
      "CONFIG_INVALID",
      `${minimal}seed: -1\nrewards: [{name: overlap, weight: heavy}]\noptimizer: {schedule: {kind: cosin}}\nevaluation: 3\nnaem: x\n`,
    );
    expect(message.split("\n").slice(1)).to.deep.equal([
      "  - seed (line 5, column 1): must be at least 0",
      '  - optimizer.schedule.kind (line 7, column 24): must be one of "constant", "linear", "cosine"; did you mean "cosine"?',
      "  - rewards[0].weight (line 6, column 27): must be a number, not text",
      "  - evaluation (line 8, column 1): must be a mapping of keys to values, not a number",
      message.split("\n").at(-1),
    ]);
    expect(message.split("\n").at(-1)).to.match(
      /^ {2}- naem \(line 9, column 1\): unknown key; did you mean "name"\?/,
    );
  });

  const limits: [value: string, message: string][] = [
    ["seed: .nan", "must be a number, not NaN"],
    ["training: {epochs: 0}", "must be greater than 0"],
    ["rewards: [{name: overlap, weight: .inf}]", "must be a number, not Infinity"],
    ["plugins: ['']", "must not be empty"],
  ];
  for (const [value, message] of limits) {
    it(`says in words why ${value} is not allowed`, async () => {
      expect(await refusal("CONFIG_INVALID", minimal + value)).to.match(new RegExp(`: ${message}$`));
    });
  }

  it("says what is missing", async () => {
    const message = await refusal(
      "CONFIG_INVALID",
      "name: x\nmodel: {name: tiny}\nalgorithm: {}\nprompts: {name: diverse}",
    );
    expect(message.split("\n").slice(1)).to.deep.equal([
      "  - model.path (line 2, column 1): is missing",
      "  - algorithm.name (line 3, column 1): is missing (known: grpo)",
      "  - data: is missing",
    ]);
  });

  it("refuses two rewards that would write one column", async () => {
    const message = await refusal(
      "CONFIG_INVALID",
      `${minimal}rewards: [{name: length}, {name: overlap, label: length}]`,
    );
    expect(message)
      .to.contain("rewards[1].label")
      .and.to.contain('the column "length" is taken by rewards[0]');
  });

  it("refuses names that would not do as folders", async () => {
    for (const name of ["../elsewhere", "a/b", ".hidden", "-rf", "C:x", "a b"]) {
      await refusal("CONFIG_INVALID", `${minimal}name: "${name}"`);
    }
    expect((await parse(`${minimal}name: 胸片-v1.2_b`)).name).to.equal("胸片-v1.2_b");
    await refusal(
      "CONFIG_INVALID",
      minimal.replace("data: {", "data: {evaluation: {a/b: {name: jsonl, path: x}}, "),
    );
  });

  it("works on plain data, where there are no lines to name", async () => {
    const raw = { model: { name: "tiny", path: "p" }, algorithm: { nmae: "grpo" } };
    const parsing = kernelOf().then((kernel) => parseConfig(kernel, raw, "in memory"));
    expect((await expectError("CONFIG_INVALID", parsing)).message)
      .to.contain("in memory")
      .and.not.to.contain("line");
  });

  it("keeps options as written when their schema would not take its own output", async () => {
    const kernel = await kernelOf(
      definePlugin({
        name: "transforming",
        apiVersion: "1.0",
        apply: ({ rewards }) => {
          const options = z.strictObject({ words: z.string().transform((text) => text.split(" ")) });
          rewards.addFactory("listed", ({ words }) => ({ score: (items) => items.map(() => words.length) }), {
            description: "counts",
            options,
          });
        },
      }),
    );
    const config = await parse(`${minimal}rewards: [{name: listed, words: a b c}]`, kernel);
    expect(config.rewards[0]?.options).to.deep.equal({ words: "a b c" });
    const reward = kernel.create("rewards", "listed", config.rewards[0]?.options);
    expect(await reward.score([], new AbortController().signal)).to.deep.equal([]);
  });

  it("keeps rules between options of one component", async () => {
    const kernel = await kernelOf(
      definePlugin({
        name: "ruled",
        apiVersion: "1.0",
        apply: ({ judges }) => {
          const options = z
            .strictObject({ low: z.number(), high: z.number() })
            .refine(({ low, high }) => low < high, { message: "low must be below high", path: ["low"] });
          judges.addFactory("ruled", () => ({ name: "ruled", grade: () => Promise.resolve([]) }), {
            description: "x",
            options,
          });
        },
      }),
    );
    const refused = parse(`${minimal}judges: [{name: ruled, low: 3, high: 2}]`, kernel);
    expect((await expectError("CONFIG_INVALID", refused)).message)
      .to.contain("judges[0].low")
      .and.contain("below high");
  });
});

describe("pluginEntries", () => {
  it("reads names, paths and options before anything else of the file", () => {
    const raw = { plugins: ["a", { use: "./b.mjs", options: { x: 1 } }], nonsense: true };
    expect(pluginEntries(raw, "rarl.yaml")).to.deep.equal([
      { use: "a", options: {} },
      { use: "./b.mjs", options: { x: 1 } },
    ]);
    expect(pluginEntries({}, "rarl.yaml")).to.deep.equal([]);
  });

  it("refuses entries that are neither", () => {
    expect(() => pluginEntries({ plugins: [3] }, "rarl.yaml")).to.throw(/plugins\[0\]: must be text or/);
    expect(() => pluginEntries({ plugins: "a" }, "rarl.yaml")).to.throw(/plugins: must be a list, not text/);
  });

  it("gives createKernel what it needs", async () => {
    const loading = createKernel({
      builtins: [],
      plugins: pluginEntries({ plugins: ["./nowhere.mjs"] }, "rarl.yaml"),
      baseDirectory: "/",
    });
    await expectError("PLUGIN_NOT_FOUND", loading);
  });
});
