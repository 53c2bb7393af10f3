import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  agreements,
  compareEvaluations,
  figureGroups,
  lengthCorrelations,
  readEvaluation,
  type Figure,
  type FigureGroup,
} from "@rarl-sdk/core";
import { predictionRecord, writeEvaluation } from "../../support/evaluation-files.js";
import { withTemporaryDirectory } from "../../support/temporary-directory.js";

const figureIn = (groups: readonly FigureGroup[], group: string, measure: string): Figure =>
  groups.find((each) => each.group === group)!.figures.find((figure) => figure.measure === measure)!;

describe("the figures of an evaluation", () => {
  it("count failed verdicts apart and never as 0, reasoning only where it is annotated", () =>
    withTemporaryDirectory(async (directory) => {
      const predictions = [0, 1, 2, 3, 4].map((index) =>
        predictionRecord(index, { sample: index < 3 ? { reasoning: "annotated" } : {} }),
      );
      const grades = { q0: [1, 1], q1: "unparseable", q2: [0, 0], q3: [null, 1] } as const;
      await writeEvaluation(directory, predictions, { rule: grades });
      const groups = figureGroups(await readEvaluation(directory));
      expect(figureIn(groups, "all", "judge:rule/prediction")).to.include({
        value: 2 / 3,
        n_scored: 3,
        n_failed: 2, // one unparseable, one not judged yet
        n_total: 5,
      });
      expect(figureIn(groups, "all", "judge:rule/reasoning")).to.include({
        value: 0.5,
        n_scored: 2,
        n_failed: 1,
        n_total: 3,
      });
    }));

  it("leave a verdict on another completion out", () =>
    withTemporaryDirectory(async (directory) => {
      const old = [predictionRecord(0), predictionRecord(1)];
      await writeEvaluation(directory, old, { rule: { q0: [null, 1], q1: [null, 1] } });
      const lines = [old[0]!, { ...old[1]!, completion: "changed" }];
      await writeFile(
        join(directory, "predictions.jsonl"),
        lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      );
      const evaluation = await readEvaluation(directory);
      expect(evaluation.graders[0]).to.include({ stale: 1 });
      const figure = figureIn(figureGroups(evaluation), "all", "judge:rule/prediction");
      expect(figure).to.include({ n_scored: 1, n_failed: 1 });
    }));

  it("are broken down by what the samples say of themselves, and use images as clusters", () =>
    withTemporaryDirectory(async (directory) => {
      const predictions = Array.from({ length: 12 }, (_, index) =>
        predictionRecord(index, {
          sample: {
            images: [{ path: "/x.png", sha256: `image-${index % 3}` }],
            meta: { modality: index % 2 === 0 ? "MRI" : "CT" },
          },
          strict: index % 3 === 0,
        }),
      );
      await writeEvaluation(directory, predictions);
      const groups = figureGroups(await readEvaluation(directory));
      expect(groups.map(({ by, group }) => `${by} ${group}`)).to.deep.equal([
        "all all",
        "modality CT",
        "modality MRI",
      ]);
      expect(figureIn(groups, "all", "accuracy_strict")).to.include({ method: "cluster-bootstrap" });
      expect(figureIn(groups, "CT", "accuracy_strict")).to.include({ value: 1 / 3, n_total: 6 });
      expect(figureIn(groups, "all", "tokens")).to.include({ value: 10, unit: "tokens" });
    }));
});

describe("agreement of graders", () => {
  it("is kappa of every two and alpha of all, on what they both scored", () =>
    withTemporaryDirectory(async (directory) => {
      const predictions = Array.from({ length: 10 }, (_, index) => predictionRecord(index));
      const scores = (values: readonly (0 | 1 | null)[]) =>
        Object.fromEntries(
          values.map((value, index) => [`q${index}`, value === null ? "skipped" : ([null, value] as const)]),
        );
      // Table: both 1 four times, both 0 three times, 1/0 twice, 0/1 once: agreement .7, chance .5, kappa .4.
      await writeEvaluation(
        directory,
        predictions,
        { a: scores([1, 1, 1, 1, 0, 0, 0, 1, 1, 0]) },
        { anna: scores([1, 1, 1, 1, 0, 0, 0, 0, 0, 1]), bob: scores([1, null, null, 1, 0, 0, 0, 0, 0, 1]) },
      );
      const found = agreements(await readEvaluation(directory));
      expect(found.map(({ statistic, graders }) => [statistic, ...graders])).to.deep.equal([
        ["cohen_kappa", "judge a", "rater anna"],
        ["cohen_kappa", "judge a", "rater bob"],
        ["cohen_kappa", "rater anna", "rater bob"],
        ["krippendorff_alpha", "judge a", "rater anna", "rater bob"],
      ]);
      expect(found[0]!.value).to.be.closeTo(0.4, 1e-12);
      expect(found[0]).to.include({ target: "prediction", agreement: 0.7, n_scored: 10, n_total: 10 });
      expect(found[0]!.interval!.low).to.be.below(0.4);
      expect(found[0]!.interval!.high).to.be.above(0.4);
      expect(found[2]).to.include({ value: 1, n_scored: 8 });
      expect(found[3]!.value).to.be.within(0.4, 1);
    }));

  it("has nothing to say of a single grader", () =>
    withTemporaryDirectory(async (directory) => {
      await writeEvaluation(directory, [predictionRecord(0)], { rule: { q0: [null, 1] } });
      expect(agreements(await readEvaluation(directory))).to.deep.equal([]);
    }));
});

describe("comparing two evaluations", () => {
  it("pairs the same items, and tells how many it could not pair", () =>
    withTemporaryDirectory(async (directory) => {
      const [first, second] = [join(directory, "a", "eval", "test"), join(directory, "b", "eval", "test")];
      const items = (right: (index: number) => boolean) =>
        Array.from({ length: 20 }, (_, index) => predictionRecord(index, { strict: right(index) }));
      await writeEvaluation(first, items((index) => index < 8)); // prettier-ignore
      const others = items((index) => index < 14);
      // Another question under the same id, and an item that is missing.
      others[0] = predictionRecord(0, { sample: { question: "Another?" } });
      await writeEvaluation(second, others.slice(0, 19));
      const rows = compareEvaluations(await readEvaluation(first), await readEvaluation(second));
      const strict = rows.find(({ measure }) => measure === "accuracy_strict")!;
      expect(strict).to.include({ first: "a/test", second: "b/test", n: 18, n_unpaired: 2 });
      expect(strict.difference).to.be.closeTo(6 / 18, 1e-12);
      expect(strict.test).to.include({ onlyFirst: 0, onlySecond: 6, n: 18 });
      expect(strict.test!.p).to.be.closeTo(2 / 64, 1e-12);
      expect(rows.find(({ measure }) => measure === "tokens")).to.include({ test: null, difference: 0 });
    }));
});

describe("length correlations", () => {
  it("tell whether longer completions score higher", () =>
    withTemporaryDirectory(async (directory) => {
      const predictions = Array.from({ length: 10 }, (_, index) =>
        predictionRecord(index, { tokens: 10 + index, strict: index >= 5, lenient: true }),
      );
      await writeEvaluation(directory, predictions);
      const rows = lengthCorrelations(await readEvaluation(directory));
      const of = (name: string) => rows.find(({ measure }) => measure === name)!;
      // Five against five of ten ranks in order: 2.5 / sqrt(8.25 · .25) / … = .8704.
      expect(of("accuracy_strict").pearson).to.be.closeTo(0.8703882797784892, 1e-12);
      expect(of("accuracy_strict").n).to.equal(10);
      expect(of("accuracy_lenient")).to.include({ pearson: null, spearman: null });
      expect(rows.map(({ measure }) => measure)).not.to.include("tokens");
    }));
});
