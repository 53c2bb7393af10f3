import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { ReportTable } from "@rarl-sdk/core";
import type { EvaluationSummary } from "../src/commands/eval.js";
import { runCli, runCliJson } from "./support/cli.js";
import { tinyConfig, Workspace } from "./support/workspace.js";

/** `test_2d.parquet` and `test_3d.parquet` with the columns of the release; one question of each source can be used. */
const release = fileURLToPath(new URL("../../plugins/medical-vqa/test/fixtures/cv-bench", import.meta.url));

/** Says what the test wants said in place of the model. */
const answering = `
  const answers = {
    "2d-0": "<think> one </think> <answer> (D) </answer>",
    "2d-1": "<think> up </think> <answer> above </answer>",
    "3d-0": "(A)",
  };
  const asked = [];
  context.hooks.prompt.tap("answering", (draft) => {
    asked.push(draft.sample.id);
    return draft;
  });
  context.hooks.rollout.tapPromise("answering", async ({ prompts }) =>
    prompts.map(() => [
      { tokenIds: [1], logProbs: new Float32Array(1), text: answers[asked.shift()], finishReason: "stop" },
    ]),
  );
`;

describe("CV-Bench from the release's files to the paper's Table 2", () => {
  let workspace: Workspace;
  const folder = () => workspace.path("evaluations/cv-bench");

  before(async () => {
    workspace = await Workspace.create();
    const plugins = [await workspace.writePlugin("answering", answering)];
    const evaluation = { "cv-bench": { name: "cv-bench", path: release, onProblem: "skip" } };
    await workspace.writeConfig({ data: { ...tinyConfig.data, evaluation }, plugins });
  });

  after(() => workspace.remove());

  it("scores by task, dimension and source, and as CV-Bench does", async () => {
    const { json, exitCode, stderr } = await runCliJson(
      "eval",
      workspace.config,
      "--output",
      workspace.path("evaluations"),
    );
    expect(exitCode, stderr).to.equal(0);
    const [{ groups }] = (json as { readonly evaluations: readonly [EvaluationSummary] }).evaluations;
    const lenient = groups.map(({ by, group, figures }) => {
      const figure = figures.find(({ measure }) => measure === "accuracy_lenient")!;
      return [by, group, figure.value, figure.n_total];
    });
    expect(lenient).to.deep.equal([
      ["all", "all", 2 / 3, 3],
      ["questionType", "Count", 1, 1],
      ["questionType", "Depth", 1, 1],
      ["questionType", "Relation", 0, 1],
      ["dimension", "2D", 0.5, 2],
      ["dimension", "3D", 1, 1],
      ["source", "ADE20K", 1, 1],
      ["source", "COCO", 0, 1],
      ["source", "Omni3D", 1, 1],
    ]);
    // The mean of 2D, which is the mean of ADE20K and COCO, and 3D: not the share of right answers.
    const official = groups[0]!.figures.find(({ measure }) => measure === "cv_bench")!;
    expect([official.value, official.n_scored, official.n_failed]).to.deep.equal([0.75, 3, 0]);
  });

  it("is laid out beside the paper's figures", async () => {
    const { json, exitCode, stderr } = await runCliJson("compare", folder());
    expect(exitCode, stderr).to.equal(0);
    const [table] = (json as { readonly tables: readonly ReportTable[] }).tables;
    expect(table!.columns.slice(2)).to.deep.equal([
      "Count",
      "Relation",
      "Depth",
      "Distance",
      "Total",
      "Official",
    ]);
    const values = table!.rows[0]!.cells.slice(2).map((cell) => cell.split(" ")[0]);
    expect(values).to.deep.equal(["100.0", "0.0", "100.0", "–", "66.7", "75.0"]);
    expect(table!.rows[1]!.cells[0]).to.equal("Paper: RL only, without LoRA (literature)");
  });

  it("is in the report, with images of the parquet file", async () => {
    expect((await runCli("report", folder())).exitCode).to.equal(0);
    expect(await readFile(`${folder()}/report.md`, "utf8")).to.match(/^\| CV-Bench score \| 75\.0/m);
    expect(await readFile(`${folder()}/report.html`, "utf8")).to.include("data:image/png;base64,");
  });
});
