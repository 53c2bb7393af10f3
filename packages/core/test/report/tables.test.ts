import { join } from "node:path";
import { expect } from "chai";
import { comparisonTables, readEvaluation, type EvaluationData, type ReportTable } from "@rarl-sdk/core";
import { paperCvBench } from "../../src/report/tables/paper-results.js";
import { predictionRecord, writeEvaluation } from "../support/evaluation-files.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

async function evaluationIn(
  directory: string,
  set: string,
  right: (index: number) => boolean,
  changes: (index: number) => Parameters<typeof predictionRecord>[1] = () => ({}),
): Promise<EvaluationData> {
  const folder = join(directory, "run", "eval", set);
  const predictions = Array.from({ length: 12 }, (_, index) =>
    predictionRecord(index, { strict: right(index), lenient: right(index), ...changes(index) }),
  );
  const grade = (index: number) => [right(index) ? 1 : 0, right(index) ? 1 : 0] as const;
  const grades = Object.fromEntries(predictions.map(({ sample }, index) => [sample.id, grade(index)]));
  await writeEvaluation(folder, predictions, { rule: grades });
  return readEvaluation(folder);
}

const rowOf = ({ rows }: ReportTable, ...start: readonly string[]) =>
  rows.find(({ cells }) => start.every((text, index) => cells[index] === text))!.cells;

describe("tables shaped like the paper's", () => {
  it("lay medical sets out as Tables 3 and 6, the paper's figures beside", () =>
    withTemporaryDirectory(async (directory) => {
      const reasoning = () => ({ sample: { reasoning: "annotated" } });
      const own = await evaluationIn(directory, "held-out", (index) => index < 9, reasoning);
      const slake = await evaluationIn(directory, "slake_en", (index) => index < 6);
      const other = await evaluationIn(directory, "another", (index) => index < 3);
      const [table, ...rest] = comparisonTables([own, slake, other]);
      expect(rest).to.deep.equal([]);
      expect(table!.columns).to.deep.equal([
        "System",
        "Graded by",
        "Own test set (held-out)",
        "VQA-RAD",
        "SLAKE",
        "VQA-Med 2019",
        "Path-VQA",
        "another",
      ]);
      const graded = table!.rows.filter(({ cells }) => cells[1] === "judge rule").map(({ cells }) => cells);
      expect(graded.map((cells) => cells[2])).to.include("75.0 [46.8, 91.1] / 75.0 [46.8, 91.1]");
      expect(graded.map((cells) => cells[4])).to.include("– / 50.0 [25.4, 74.6]");
      const paper = rowOf(table!, "Paper, Table 6: RARL + diversity, reasoning prompt", "GPT-4o mini");
      expect(paper.slice(2)).to.deep.equal([
        "70.27 / 64.86",
        "– / 45.73",
        "– / 56.38",
        "– / 51.18",
        "– / 25.33",
        "–",
      ]);
      const human = rowOf(table!, "Paper, Table 3: SFT", "human");
      expect(human.slice(2)).to.deep.equal(["63.52 / 60.81", "–", "–", "–", "–", "–"]);
    }));

  it("lay CV-Bench out as Table 2, its total over all questions and its official figure", () =>
    withTemporaryDirectory(async (directory) => {
      const tasks = ["Count", "Relation", "Depth", "Distance"];
      const sources = ["ADE20K", "COCO", "Omni3D", "Omni3D"];
      const evaluation = await evaluationIn(
        directory,
        "cv-bench",
        (index) => index < 7,
        (index) => ({ sample: { meta: { task: tasks[index % 4]!, source: sources[index % 4]! } } }),
      );
      const [table, ...rest] = comparisonTables([evaluation]);
      expect(rest).to.deep.equal([]);
      // Right are 0 to 6: two of three of Count, Relation and Depth, one of three of Distance.
      const cells = table!.rows[0]!.cells.map((cell) => cell.split(" ")[0]);
      // Official: ((2/3 + 2/3) / 2 + 3/6) / 2.
      expect(cells).to.deep.equal(["run/cv-bench", "–", "66.7", "66.7", "66.7", "33.3", "58.3", "58.3"]);
      const paper = rowOf(table!, "Paper: RL with LoRA", "5000");
      expect(paper.slice(2)).to.deep.equal(["63.89", "68.61", "52.84", "50.83", "59.04", "–"]);
    }));

  it("hold the paper's totals, which are means over CV-Bench's 2,638 questions", () => {
    const questions = [788, 650, 600, 600];
    const published = paperCvBench.filter(({ method }) => method === "SFT");
    for (const { tasks, total } of published) {
      const mean = tasks.reduce((sum, value, index) => sum + value * questions[index]!, 0) / 2638;
      expect(Math.abs(mean - total), String(total)).to.be.below(0.02);
    }
  });

  it("compare every two of a set, up to four of them", () =>
    withTemporaryDirectory(async (directory) => {
      const evaluations: EvaluationData[] = [];
      for (let index = 0; index < 5; index++) {
        const evaluation = await evaluationIn(join(directory, String(index)), "test", (item) => item < index);
        evaluations.push(evaluation);
      }
      const titles = (count: number) =>
        comparisonTables(evaluations.slice(0, count)).filter(({ title }) => title.includes("against")).length;
      expect([1, 2, 3, 4, 5].map(titles)).to.deep.equal([0, 1, 3, 6, 4]);
      const [, difference] = comparisonTables(evaluations.slice(1, 3));
      expect(rowOf(difference!, "Accuracy, strict").slice(3)).to.deep.equal(["1", "0", "1.000", "12", "0"]);
      expect(difference!.columns.slice(3, 5)).to.deep.equal(["Gained", "Lost"]);
    }));

  it("say which items are compared where the sets differ, and that nothing is where they have none in common", () =>
    withTemporaryDirectory(async (directory) => {
      const all = await evaluationIn(join(directory, "a"), "test", (item) => item < 6);
      const others = await evaluationIn(join(directory, "b"), "test", (item) => item < 8);
      const tablesOf = (predictions: EvaluationData["predictions"]) =>
        comparisonTables([all, { ...others, predictions }]).at(-1)!;
      const [some, none] = [
        tablesOf(others.predictions.slice(2, 9)),
        tablesOf(
          others.predictions.map((item) => ({ ...item, sample: { ...item.sample, question: "Which?" } })),
        ),
      ];
      expect(some.note).to.match(/^7 items that both answered, of 7 of \S+ and 12 of \S+\. /);
      expect(rowOf(some, "Accuracy, strict").slice(-2)).to.deep.equal(["7", "5"]);
      expect(none.note).to.match(/^Nothing is compared: of 12 and 12 items none is in both/);
      expect(none.rows).to.deep.equal([]);
      expect(tablesOf(others.predictions).note).to.match(/^All 12 items\. /);
    }));
});
