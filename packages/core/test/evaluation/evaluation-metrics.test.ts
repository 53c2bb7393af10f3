import { expect } from "chai";
import { compareReports, type Prediction } from "@rarl-sdk/core";
import { evaluationGroups, evaluationMetrics } from "../../src/evaluation/evaluation-metrics.js";

function prediction(overrides: Partial<Prediction> & { readonly questionType?: string }): Prediction {
  const { questionType, ...rest } = overrides;
  return {
    sample: {
      id: "q",
      images: [],
      question: "?",
      answer: "yes",
      kind: "open",
      meta: questionType === undefined ? {} : { questionType },
      origin: { file: "x", record: 1 },
    },
    style: "plain",
    completion: "<think> a </think> <answer> yes </answer>",
    think: "a",
    answer: "yes",
    finishReason: "stop",
    tokens: 4,
    promptTokens: 9,
    scores: {},
    rewards: {},
    reward: null,
    strict: true,
    lenient: true,
    ...rest,
  };
}

const predictions = [
  prediction({ questionType: "side", rewards: { format: 1, reasoning: 0.5 }, reward: 1.5 }),
  prediction({
    questionType: "side",
    completion: "yes",
    strict: false,
    tokens: 1,
    rewards: { format: 0, reasoning: null },
    reward: 0,
  }),
  prediction({
    completion: "<think>",
    strict: false,
    lenient: false,
    tokens: 16,
    finishReason: "length",
    rewards: { format: 0.1, reasoning: null },
    reward: 0.1,
  }),
];

describe("evaluation metrics", () => {
  it("are the rates and means over all predictions, null scores left out", () => {
    const metrics = evaluationMetrics(predictions);
    expect(metrics["accuracy_strict"]).to.be.closeTo(1 / 3, 1e-12);
    expect(metrics["accuracy_lenient"]).to.be.closeTo(2 / 3, 1e-12);
    expect(metrics["format"]).to.be.closeTo(1 / 3, 1e-12);
    expect(metrics["mean_length"]).to.equal(7);
    expect(metrics["reward"]).to.be.closeTo(1.6 / 3, 1e-12);
    expect(metrics["rewards/format/mean"]).to.be.closeTo(1.1 / 3, 1e-12);
    expect(metrics["rewards/reasoning/mean"]).to.equal(0.5);
    expect(metrics["n_total"]).to.equal(3);
    expect(metrics["n_truncated"]).to.equal(1);
  });

  it("leave out a reward that never applied", () => {
    const metrics = evaluationMetrics([predictions[1]!]);
    expect(metrics).to.not.have.property("rewards/reasoning/mean");
    expect(evaluationMetrics([])).to.deep.equal({ n_total: 0, n_truncated: 0 });
  });

  it("are grouped by question type, or by kind where there is none", () => {
    const groups = evaluationGroups(predictions);
    expect(Object.keys(groups)).to.deep.equal(["open", "side"]);
    expect(groups["side"]!["n_total"]).to.equal(2);
    expect(groups["side"]!["accuracy_strict"]).to.equal(0.5);
  });
});

describe("comparing two reports", () => {
  const before = {
    metrics: { accuracy_strict: 0.25, reward: 1 },
    groups: { side: { accuracy_strict: 0.5 } },
  };
  const after = {
    metrics: { accuracy_strict: 0.75, kappa: 1 },
    groups: { side: { accuracy_strict: 0.25 }, count: { accuracy_strict: 1 } },
  };

  it("gives every metric before, after and their difference, all first, then by group", () => {
    expect(compareReports(before, after)).to.deep.equal([
      { group: "all", metric: "accuracy_strict", before: 0.25, after: 0.75, change: 0.5 },
      { group: "all", metric: "reward", before: 1, after: null, change: null },
      { group: "all", metric: "kappa", before: null, after: 1, change: null },
      { group: "count", metric: "accuracy_strict", before: null, after: 1, change: null },
      { group: "side", metric: "accuracy_strict", before: 0.5, after: 0.25, change: -0.25 },
    ]);
  });

  it("keeps to the metrics that are asked for, in their order", () => {
    const rows = compareReports(before, after, ["reward", "accuracy_strict"]);
    expect(rows.slice(0, 2).map(({ metric }) => metric)).to.deep.equal(["reward", "accuracy_strict"]);
    expect(rows).to.have.length(6);
  });
});
