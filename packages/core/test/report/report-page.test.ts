import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readRun, reportMarkdown, reportPage, type RunRecord } from "@rarl-sdk/core";
import { predictionRecord, writeEvaluation } from "../support/evaluation-files.js";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)></style>&amp;'`;

const record: RunRecord = {
  name: "toy",
  status: "finished",
  sdk: "0.1.0",
  node: "v20",
  platform: "linux-x64",
  plugins: ["core"],
  baseDirectory: "/somewhere",
  seed: 1,
  engine: { name: "toy", version: "1", device: "cpu" },
  parameters: { total: 1000, trainable: 10 },
  similarities: [],
  fingerprints: { config: "c", data: { train: "d" }, checkpoint: "e" },
  totalSteps: 3,
  lastStep: 3,
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: "2026-01-01T00:01:00.000Z",
  resumedAt: [],
  error: null,
};

/** A run's folder with three steps and two evaluations whose every text is hostile. */
async function writeRun(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "run.json"), JSON.stringify(record));
  await writeFile(join(directory, "config.yaml"), `name: ${hostile}\n`);
  const steps = [1, 2, 3].map((step) => ({
    step,
    reward: step / 2,
    "rewards/format/mean": step / 3,
    kl: null,
  }));
  await writeFile(
    join(directory, "metrics.jsonl"),
    `${steps.map((line) => JSON.stringify(line)).join("\n")}\n{"step": 4, "rew`,
  );
  const predictions = [0, 1, 2].map((index) =>
    predictionRecord(index, {
      completion: `<think> ${hostile} </think> <answer> ${hostile} </answer><answer>`,
      sample: { question: hostile, answer: hostile, reasoning: hostile, meta: { modality: hostile } },
      strict: index > 0,
    }),
  );
  for (const label of ["test", "test-before"]) {
    await writeEvaluation(join(directory, "eval", label), predictions, {
      rule: { q0: [0, 1], q1: [1, 1], q2: "refused" },
    });
  }
}

const image = { bytes: Uint8Array.of(1, 2, 3), mediaType: "image/png" as const, width: 20, height: 10 };
const options = { samples: 3, readThumbnail: () => Promise.resolve(image) };

describe("the report page", () => {
  it("shows hostile text as text: no element or attribute comes from data", () =>
    withTemporaryDirectory(async (directory) => {
      await writeRun(directory);
      const page = await reportPage(await readRun(directory), options);
      expect(page).to.include("&lt;script&gt;alert(1)&lt;/script&gt;");
      expect(page).not.to.match(/<script|<img src=x|<iframe|<link|<object/i);
      const tags = [...page.matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
      for (const tag of tags) expect(tag).not.to.match(/\son\w+=|\sstyle=|javascript:/i);
      expect(page.match(/<\/style>/g)).to.have.length(1);
    }));

  it("may load nothing: its policy knows the one style sheet by its hash, and images are embedded", () =>
    withTemporaryDirectory(async (directory) => {
      await writeRun(directory);
      const page = await reportPage(await readRun(directory), options);
      const [, style = ""] = /<style>([^]*)<\/style>/.exec(page)!;
      const hash = createHash("sha256").update(style).digest("base64");
      expect(page).to.include("default-src &#39;none&#39;").and.include(`&#39;sha256-${hash}&#39;`);
      expect(page).to.include('src="data:image/png;base64,AQID"');
      for (const [, target] of page.matchAll(/\s(?:src|href)="([^"]*)"/g)) {
        expect(target).to.match(/^(?:data:image\/png;base64,|#)/);
      }
    }));

  it("marks the tags of a completion and shades what they hold", () =>
    withTemporaryDirectory(async (directory) => {
      await writeEvaluation(join(directory, "test"), [
        predictionRecord(0, { completion: "<think> a < b </think>x<answer>1</answer>" }),
      ]);
      const page = await reportPage(await readRun(join(directory, "test")), options);
      const tag = (name: string) => `<span class="tag">&lt;${name}&gt;</span>`;
      expect(page).to.include(
        `${tag("think")}<span class="think"> a &lt; b </span>${tag("/think")}x${tag("answer")}` +
          `<span class="answer">1</span>${tag("/answer")}`,
      );
    }));

  it("has curves of what was measured, evaluations in the order of training, and failed verdicts apart", () =>
    withTemporaryDirectory(async (directory) => {
      await writeRun(directory);
      const page = await reportPage(await readRun(directory), options);
      const captions = [...page.matchAll(/<figcaption>([^<]*)/g)].map(([, text]) => text!.trim());
      expect(captions).to.deep.equal(["Reward", "Reward part: format"]);
      const headings = [...page.matchAll(/<h2>([^<]*)/g)].map(([, text]) => text);
      expect(headings).to.deep.equal([
        "Learning curves",
        "test-before",
        "test",
        "Comparison",
        "Configuration",
      ]);
      const row = /Final, judge rule<\/td>([^]*?)<\/tr>/.exec(page)![1]!;
      const cells = [...row.matchAll(/<td[^>]*>\s*([^<]*?)\s*<\/td>/g)].map(([, text]) => text);
      expect(cells.slice(1)).to.deep.equal(["2", "1", "3"]);
    }));

  it("says so where an image cannot be read, and needs no metrics", () =>
    withTemporaryDirectory(async (directory) => {
      await writeEvaluation(join(directory, "test"), [predictionRecord(0)]);
      const run = await readRun(directory);
      const page = await reportPage(run, { samples: 5, readThumbnail: () => Promise.resolve(null) });
      expect(page).to.include("image not readable").and.not.include("Learning curves");
    }));

  it("tells why a run failed at its first step, and that there is nothing to show of it", () =>
    withTemporaryDirectory(async (directory) => {
      const error = { code: "NON_FINITE", message: "gradients are not finite" };
      const failed = { ...record, status: "failed", lastStep: 0, error };
      await writeFile(join(directory, "run.json"), JSON.stringify(failed));
      const run = await readRun(directory);
      const page = await reportPage(run, options);
      for (const text of [page, reportMarkdown(run)])
        expect(text)
          .to.include("failed, step 0 of 3")
          .and.include("NON_FINITE: gradients are not finite")
          .and.include("No step was finished")
          .and.include("There is no evaluation");
      expect(page).not.to.include("Learning curves");
    }));

  it("says of a running run and an unfinished evaluation that they are", () =>
    withTemporaryDirectory(async (directory) => {
      await writeRun(directory);
      await writeFile(
        join(directory, "run.json"),
        JSON.stringify({ ...record, status: "running", endedAt: null }),
      );
      const evaluation = {
        label: "test",
        set: "test",
        status: "running",
        weights: { kind: "adapter", step: 3, path: null },
        identity: {},
        records: { kept: 8, setAside: 0, leftOut: 0 },
        sdk: "0.1.0",
        engine: { name: "toy", version: "1", device: "cpu" },
        startedAt: "2026-01-01T00:00:00.000Z",
        endedAt: null,
      };
      await writeFile(join(directory, "eval", "test", "evaluation.json"), JSON.stringify(evaluation));
      const run = await readRun(directory);
      for (const text of [await reportPage(run, options), reportMarkdown(run)])
        expect(text)
          .to.include("The run has not ended")
          .and.include("Not finished: figures are of the 3 of 8 questions answered so far.");
    }));

  it("gives wide tables to the keyboard, and puts names left and figures right", () =>
    withTemporaryDirectory(async (directory) => {
      await writeRun(directory);
      const page = await reportPage(await readRun(directory), options);
      expect(page).to.match(/<div class="scroll" tabindex="0" role="region" aria-label="Results">/);
      expect(page).to.match(
        /<th scope="col" class="text">Measure<\/th>\s*<th scope="col" class="figure">Mean/,
      );
    }));

  it("refuses a folder that holds neither run nor evaluation", () =>
    withTemporaryDirectory((directory) =>
      expectError("EVALUATION_NOT_FOUND", readRun(directory)).then(() => undefined),
    ));
});

describe("the report in Markdown", () => {
  it("keeps cells in their rows whatever they hold", () =>
    withTemporaryDirectory(async (directory) => {
      await writeEvaluation(join(directory, "test"), [
        predictionRecord(0, { sample: { meta: { modality: "a|b\n<i>c" } } }),
        predictionRecord(1, { sample: { meta: { modality: "MRI" } } }),
      ]);
      const text = reportMarkdown(await readRun(directory));
      expect(text).to.include("| modality | a\\|b &lt;i>c |");
      const tables = text.split("\n\n").filter((part) => part.startsWith("|"));
      for (const table of tables) {
        const widths = table.trim().split("\n").map((line) => line.match(/(?<!\\)\|/g)!.length); // prettier-ignore
        expect(new Set(widths).size, table).to.equal(1);
      }
    }));
});
