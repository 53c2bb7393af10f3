import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { agreements, compareEvaluations, readEvaluation } from "@rarl-sdk/core";
import { openSession, serveRatings } from "@rarl-sdk/human-ratings";
import { expect } from "chai";
import { stringify } from "yaml";
import { findBrowser, launchBrowser } from "../../plugins/human-ratings/test/support/browser.js";
import { buildPage } from "../../plugins/human-ratings/test/support/build-page.js";
import { RatingPage } from "../../plugins/human-ratings/test/support/rating-page.js";
import { JudgeServer, verdictText } from "../../plugins/llm-judge/test/support/judge-server.js";
import { runCli, runCliJson } from "./support/cli.js";

const quickstart = fileURLToPath(new URL("../../../examples/quickstart/rarl.yaml", import.meta.url));
const samples = 12;
/** The quickstart's model and data, for a few steps and questions. */
const small = [
  "engine.name=wasm",
  "training.steps=12",
  "optimizer.learningRate=0.01",
  "training.checkpointEvery=1000",
  "training.evaluateBefore=false",
  "training.evaluateAfter=false",
  `data.evaluation.test.limit=${samples}`,
];
const rl = ["algorithm.groupSize=4", "algorithm.promptsPerStep=2"];
const sft = ["algorithm={name: sft}"];

describe("the whole chain on the quickstart's data", () => {
  let folder: string;
  const evaluations: Record<"base" | "sft" | "rarl", string> = { base: "", sft: "", rarl: "" };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "rarl-chain-"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs a command that must succeed. */
  async function command(...args: readonly string[]): Promise<unknown> {
    const { json, exitCode, stderr } = await runCliJson(...args);
    expect(exitCode, `${args.join(" ")}\n${stderr}\n${JSON.stringify(json)}`).to.equal(0);
    return json;
  }

  const sets = (values: readonly string[]): string[] => values.flatMap((value) => ["--set", value]);

  async function train(name: string, algorithm: readonly string[]): Promise<string> {
    const settings = [...small, ...algorithm, `name=${name}`, `output=${folder}`];
    const { directory } = (await command("run", quickstart, ...sets(settings))) as { directory: string };
    return directory;
  }

  async function evaluate(run: string, ...weights: readonly string[]): Promise<string> {
    const summary = (await command("eval", "--run", run, ...weights)) as {
      evaluations: { directory: string }[];
    };
    return summary.evaluations[0]!.directory;
  }

  it("trains by SFT and by RARL, and evaluates both and the model before", async () => {
    const rarlRun = await train("rarl", rl);
    evaluations.rarl = await evaluate(rarlRun);
    evaluations.base = await evaluate(rarlRun, "--base");
    evaluations.sft = await evaluate(await train("sft", sft));
    for (const directory of Object.values(evaluations)) {
      expect((await readEvaluation(directory)).predictions).to.have.length(samples);
    }
  });

  it("has two judges grade them, one by rules and one at an endpoint", async () => {
    const server = await JudgeServer.start();
    try {
      // Of no sense, but it scores both ways and can be told from the other one.
      server.behaviour = ({ user }) => ({ do: "answer", text: verdictText(Number(user.length % 2 === 0)) });
      const config = path.join(folder, "judges.yaml");
      const endpoint = { name: "openai", label: "endpoint", model: "local", baseURL: server.openai };
      const judges = [{ name: "rules" }, { ...endpoint, keyVariable: null }];
      await writeFile(config, stringify({ output: folder, judges }));
      await command("judge", ...Object.values(evaluations), "--config", config);
    } finally {
      await server.stop();
    }
    const { graders } = await readEvaluation(evaluations.rarl);
    expect(graders.map(({ name, grades }) => [name, grades.size])).to.deep.equal([
      ["endpoint", samples],
      ["rules", samples],
    ]);
  });

  it("has a person rate base and RARL, blindly, in a browser", async function () {
    const executable = findBrowser();
    if (executable === null) this.skip();
    buildPage();
    const browser = await launchBrowser(executable);
    const session = await openSession({
      folders: [evaluations.base, evaluations.rarl],
      seed: 1,
      limit: null,
    });
    let finish: () => void = () => undefined;
    const until = new Promise<void>((resolve) => (finish = resolve));
    let onAddress: (address: string) => void = () => undefined;
    const address = new Promise<string>((resolve) => (onAddress = resolve));
    const served = serveRatings({ session, port: 0, rater: "anna", onAddress, until });
    try {
      const rater = await RatingPage.open(browser, await address);
      for (let done = 0; done < session.items.size; done++) {
        await rater.rated(done);
        const isRight = (await rater.modelText()).includes(await rater.referenceAnswer());
        // The reasoning where it is asked for, then the answer.
        if ((await rater.page.locator("fieldset").count()) === 2) await rater.press("1");
        await rater.press(String(Number(isRight)), "Enter");
      }
      await rater.rated(session.items.size);
      expect(rater.complaints).to.deep.equal([]);
      await rater.close();
    } finally {
      finish();
      await browser.close();
    }
    expect(await served).to.deep.equal([{ rater: "anna", rated: 2 * samples, skipped: 0, open: 0 }]);
    for (const directory of [evaluations.base, evaluations.rarl]) {
      const { graders } = await readEvaluation(directory);
      const anna = graders.find(({ kind }) => kind === "rater")!;
      expect(anna.grades.size).to.equal(samples);
    }
  });

  it("is compared on the same items, with intervals, McNemar's p and the agreement of graders", async () => {
    const { base, rarl } = evaluations;
    const [before, after] = [await readEvaluation(base), await readEvaluation(rarl)];
    const compared = compareEvaluations(before, after);
    for (const { test, n, measure, interval, difference } of compared.filter(({ unit }) => unit === "rate")) {
      expect(n, measure).to.equal(samples);
      expect(interval!.low, measure).to.be.at.most(difference!).and.at.least(-1);
      expect(interval!.high, measure).to.be.at.least(difference!).and.at.most(1);
      expect(test!.p, measure).to.be.within(0, 1);
    }
    // Something was learnt or unlearnt: what is compared are two models.
    expect(compared.some(({ difference }) => difference !== 0)).to.equal(true);
    const pairs = agreements(after).filter(({ statistic }) => statistic === "cohen_kappa");
    const graders = findBrowser() === null ? 2 : 3;
    expect(pairs).to.have.length(graders * (graders - 1));
    expect(pairs.every(({ n_scored }) => n_scored === samples)).to.equal(true);
  });

  it("is laid out by `compare`, beside the paper, and by `report` with the agreement of graders", async () => {
    const { base, sft, rarl } = evaluations;
    const page = path.join(folder, "comparison.html");
    const compared = await runCli("compare", base, sft, rarl, "--output", page);
    expect(compared.exitCode, compared.stderr).to.equal(0);
    const reported = await runCli("report", rarl);
    expect(reported.exitCode, reported.stderr).to.equal(0);
    const table = compared.stdout;
    const figure = String.raw`\d+\.\d \[\d+\.\d, \d+\.\d\]`;
    const graded = ["judge endpoint", "judge rules", ...(findBrowser() === null ? [] : ["rater anna"])];
    for (const grader of graded)
      expect(table).to.match(new RegExp(`^rarl-\\S+ +${grader} +${figure} / ${figure}`, "m"));
    expect(table).to.match(
      /^Paper, Table 6: RARL \+ diversity, reasoning prompt +GPT-4o mini +70\.27 \/ 64\.86/m,
    );
    for (const [second, first] of [
      ["sft-\\S+/test", "rarl-\\S+/test-base"],
      ["rarl-\\S+/test", "rarl-\\S+/test-base"],
      ["rarl-\\S+/test", "sft-\\S+/test"],
    ] as const)
      expect(table).to.match(new RegExp(`^${second} against ${first}$`, "m"));
    // Difference, interval, discordant pairs, McNemar's p, items.
    expect(table).to.match(
      /^Final, judge rules +[+−]\d+\.\d +\[−?\d+\.\d, −?\d+\.\d\] +\d+ +\d+ +\d\.\d{3} +12 +0$/m,
    );
    expect(await readFile(page, "utf8"))
      .to.include("McNemar")
      .and.include("Paper, Table 3: SFT");

    const markdown = await readFile(path.join(rarl, "report.md"), "utf8");
    expect(markdown).to.match(/^\| final \| judge endpoint, judge rules \| Cohen's κ \| −?\d\.\d\d \[/m);
    if (findBrowser() !== null) expect(markdown).to.match(/Krippendorff's α/);
    expect(await readFile(path.join(rarl, "report.html"), "utf8")).to.include("Cohen&#39;s κ");
  });
});
