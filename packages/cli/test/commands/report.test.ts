import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { ReportTable } from "@rarl-sdk/core";
import { runCli, runCliJson } from "../support/cli.js";
import { tinyConfig, Workspace } from "../support/workspace.js";

describe("rarl-sdk report and compare", () => {
  let workspace: Workspace;
  let run: string;

  before(async () => {
    workspace = await Workspace.create();
    await workspace.writeConfig({
      data: {
        ...tinyConfig.data,
        evaluation: { test: { name: "jsonl", path: "train.jsonl", shuffle: false } },
      },
      evaluation: { maxNewTokens: 4 },
      training: { steps: 2, evaluateBefore: true },
    });
    await runCli("run", workspace.config, "--quiet");
    run = workspace.path("runs", (await workspace.runs())[0]!);
  });

  after(() => workspace.remove());

  it("writes a page with the run's curves, results and images, and the same as Markdown", async () => {
    const { exitCode, stdout, stderr } = await runCli("report", run, "--samples", "2");
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.equal(`${run}/report.html\n${run}/report.md\n`);
    const page = await readFile(`${run}/report.html`, "utf8");
    expect(page).to.match(/<img\s+src="data:image\/(?:png|jpeg);base64,[A-Za-z0-9+/=]{50,}"/);
    expect(page).to.include("Reward part: length").and.include("Is there a nodule?");
    const markdown = await readFile(`${run}/report.md`, "utf8");
    expect(markdown).to.include("| Accuracy, strict |").and.include("## test-before");
  });

  it("compares a run's evaluations beside the paper's tables, and writes that too", async () => {
    const { json, exitCode } = await runCliJson("compare", run, "--output", workspace.path("c.html"));
    expect(exitCode).to.equal(0);
    const { tables } = json as { readonly tables: readonly ReportTable[] };
    expect(tables.map(({ title }) => title)).to.have.length(2);
    expect(tables[1]!.columns).to.include("p");
    expect(await readFile(workspace.path("c.html"), "utf8")).to.include("Paper, Table 6");

    const named = [`${run}/eval/test`, `${run}/eval/test-before`, run];
    const { stdout } = await runCli("compare", ...named, "--output", workspace.path("c.md"));
    expect(stdout.match(/ against /g)).to.have.length(1);
    expect(await readFile(workspace.path("c.md"), "utf8")).to.match(/^\| System \| Graded by \|/m);
  });

  it("says what is wrong with folders, labels and file names", async () => {
    const none = await runCli("compare", workspace.path("model"));
    expect(none.exitCode).to.equal(2);
    expect(none.stderr).to.include("EVALUATION_NOT_FOUND");
    const unknown = await runCli("compare", run, "--label", "tset");
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.stderr).to.include("these folders hold test-before, test");
    expect((await runCli("compare", run, "--output", "c.txt")).exitCode).to.equal(2);
    expect((await runCli("compare")).exitCode).to.equal(2);
    expect((await runCli("report", workspace.path("nowhere"))).exitCode).to.equal(2);
  });

  it("reports on a run without an evaluation, and says that there is nothing to compare", async () => {
    const bare = workspace.path("bare");
    await mkdir(bare);
    for (const file of ["run.json", "config.yaml", "metrics.jsonl"])
      await copyFile(`${run}/${file}`, `${bare}/${file}`);
    expect((await runCli("report", bare)).exitCode).to.equal(0);
    expect(await readFile(`${bare}/report.html`, "utf8")).to.include("There is no evaluation");
    const compared = await runCli("compare", run, bare);
    expect(compared.exitCode).to.equal(2);
    expect(compared.stderr).to.match(/^EVALUATION_NOT_FOUND: .*bare/m);
  });

  it("names the line of predictions that was edited and is none any more", async () => {
    const folder = workspace.path("edited");
    await mkdir(folder);
    const lines = (await readFile(`${run}/eval/test/predictions.jsonl`, "utf8")).split("\n");
    lines[0] = lines[0]!.replace('"strict":', '"stricter":');
    await writeFile(`${folder}/predictions.jsonl`, lines.join("\n"));
    for (const command of ["report", "compare", "judge"]) {
      const { exitCode, stderr } = await runCli(command, folder);
      expect(exitCode, command).to.equal(6);
      expect(stderr, command).to.match(
        /^JSONL_INVALID: .*predictions\.jsonl:1 is not a JSON record: strict/m,
      );
    }
  });
});
