import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import sharp from "sharp";
import { runCli, runCliJson } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

const dicom = path.join(import.meta.dirname, "../../../images/test/fixtures/dicom/ct-explicit.dcm");

/** A picture with edges; `shift` moves its brightness, `size` scales it. */
async function picture(format: "png" | "jpeg" | "webp", shift = 0, size = 64): Promise<Buffer> {
  const side = 64;
  const pixels = Buffer.alloc(side * side, 0);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      pixels[y * side + x] = Math.round(
        120 + shift + 60 * Math.sin(x / 5 + y / 11) * Math.cos(y / 7 - x / 13),
      );
  const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
  const scaled = image.resize(size, size, { kernel: "cubic" });
  return (format === "webp" ? scaled.webp({ lossless: true }) : scaled.toFormat(format)).toBuffer();
}

describe("rarl-sdk data", () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });
  afterEach(() => workspace.remove());

  const record = (id: string, image: string | undefined, changes: object = {}) => ({
    id,
    ...(image !== undefined && { image }),
    question: "Is there a nodule?",
    answer: "no",
    ...changes,
  });

  describe("inspect", () => {
    it("counts kinds, facts, answers, lengths and duplicates, and lists problems by file and record", async () => {
      await workspace.writeSamples([
        record("1", "image.png", { meta: { modality: "CT" }, reasoning: "Both lungs are clear." }),
        record("2", "image.png", { meta: { modality: "CT" } }),
        record("3", undefined, {
          question: "What is seen?",
          answer: "a left pleural effusion",
          meta: { modality: "MRI" },
        }),
        record("4", "gone.png"),
        { id: "5" },
      ]);
      const { json, exitCode } = await runCliJson("data", "inspect", workspace.path("train.jsonl"));
      expect(exitCode).to.equal(0);
      expect(json).to.deep.include({
        name: "train",
        records: { kept: 3, setAside: 2, leftOut: 0 },
        kinds: { closed: 2, open: 1 },
        facts: { modality: { CT: 2, MRI: 1 } },
        answers: { closed: [["no", 2]], open: [["left pleural effusion", 1]] },
        withReasoning: 1,
        images: { shown: 2, distinct: 1, withoutImage: 1 },
        duplicates: { questions: 1, examples: [["1", "2"]], imageCopies: null },
      });
      const { lengths, problems } = json as {
        lengths: Record<string, unknown>;
        problems: { record: number }[];
      };
      expect(lengths["question"]).to.deep.equal({ count: 3, mean: 11 / 3, median: 4, p95: 4, max: 4 });
      expect(problems.map((problem) => problem.record)).to.deep.equal([4, 5]);

      const { stdout } = await runCli("data", "inspect", workspace.path("train.jsonl"));
      expect(stdout)
        .to.contain("train: 3 samples, 2 records set aside")
        .and.contain("gone.png")
        .and.contain("1 = 2");
    });

    it("measures lengths in tokens of a model, without its weights", async () => {
      const { json } = await runCliJson(
        "data",
        "inspect",
        workspace.path("train.jsonl"),
        "--model",
        workspace.path("model"),
      );
      const { lengths } = json as { lengths: { unit: string; question: { mean: number } } };
      expect(lengths.unit).to.equal("tokens");
      expect(lengths.question.mean).to.be.greaterThan(4);
    });

    it("decodes images by option: copies in other formats, and broken ones", async () => {
      await workspace.write("a.png", await picture("png"));
      await workspace.write("b.webp", await picture("webp"));
      await workspace.write("broken.png", (await picture("png")).subarray(0, 300));
      await workspace.writeSamples([record("1", "a.png"), record("2", "b.webp"), record("3", "broken.png")]);
      const { json } = await runCliJson("data", "inspect", workspace.path("train.jsonl"), "--images");
      const { duplicates, imageProblems } = json as {
        duplicates: unknown;
        imageProblems: { record: number; message: string }[];
      };
      expect(duplicates).to.deep.equal({ questions: 1, examples: [["1", "2"]], imageCopies: 1 });
      expect(imageProblems).to.have.length(1);
      expect(imageProblems[0]!.record).to.equal(3);
      expect(imageProblems[0]!.message).to.contain("broken.png");
    });

    it("takes data sets of a configuration, and options of a source", async () => {
      const { json } = await runCliJson("data", "inspect", `${workspace.config}#train`);
      expect(json).to.have.nested.property("records.kept", 2);
      const filtered = await runCliJson(
        "data",
        "inspect",
        `jsonl:${workspace.path("train.jsonl")}?filter.kind=open`,
      );
      expect(filtered.json).to.have.deep.property("records", { kept: 1, setAside: 0, leftOut: 1 });
    });

    it("shows the most frequent values first, numbers too", async () => {
      const answers = ["yes", "7", "yes", "2", "yes", "7"];
      await workspace.writeSamples(
        answers.map((answer, index) => record(String(index), undefined, { answer, kind: "closed" })),
      );
      const { stdout } = await runCli("data", "inspect", workspace.path("train.jsonl"));
      expect(stdout).to.match(/yes +3\n7 +2\n2 +1\n/);
    });

    it("says how to name what it cannot name", async () => {
      for (const [reference, code, says] of [
        [workspace.path("model"), "USAGE", "SOURCE:PATH"],
        [`${workspace.config}#test`, "USAGE", "it has train"],
        [workspace.config, "USAGE", `${workspace.config}#train`],
        [`slakee:${workspace.folder}`, "COMPONENT_UNKNOWN", "slake"],
        [workspace.path("none.jsonl"), "DATA_MISSING", "none.jsonl"],
      ] as const) {
        const { stderr } = await runCli("data", "inspect", reference);
        expect(stderr, reference).to.contain(code).and.contain(says);
      }
    });
  });

  describe("convert", () => {
    it("writes the native form that is read back alike, each picture once", async () => {
      await workspace.writeSamples([
        record("1", "image.png", { reasoning: "Clear.", meta: { modality: "CT" } }),
        record("2", "image.png", { answer: "(B)", choices: ["left", "right"] }),
        record("3", undefined),
        { id: "4" },
      ]);
      const output = workspace.path("native");
      const { json } = await runCliJson("data", "convert", workspace.path("train.jsonl"), "--output", output);
      expect(json).to.deep.include({ written: 3, setAside: 1, leftOut: 0, images: 1, output });
      const lines = (await readFile(path.join(output, "data.jsonl"), "utf8")).trim().split("\n");
      const [image] = await readdir(path.join(output, "images"));
      expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
        {
          id: "1",
          image: `images/${image!}`,
          question: "Is there a nodule?",
          answer: "no",
          reasoning: "Clear.",
          kind: "closed",
          meta: { modality: "CT" },
        },
        {
          id: "2",
          image: `images/${image!}`,
          question: "Is there a nodule?",
          answer: "right",
          kind: "choice",
          choices: ["left", "right"],
        },
        { id: "3", question: "Is there a nodule?", answer: "no", kind: "closed" },
      ]);
      const report = JSON.parse(await readFile(path.join(output, "conversion.json"), "utf8")) as {
        problems: object[];
      };
      expect(report.problems[0]).to.include({ record: 4 });
      const again = await runCliJson("data", "inspect", path.join(output, "data.jsonl"), "--images");
      expect(again.json).to.have.deep.property("records", { kept: 3, setAside: 0, leftOut: 0 });
    });

    it("turns DICOM into PNG, so that no patient's name goes along, and sets unreadable images aside", async () => {
      const bytes = await readFile(dicom);
      await workspace.write("scan.dcm", bytes);
      await workspace.write("cut.dcm", bytes.subarray(0, 600));
      await workspace.writeSamples([record("1", "scan.dcm"), record("2", "cut.dcm")]);
      const output = workspace.path("native");
      const { json, stdout } = await runCliJson(
        "data",
        "convert",
        workspace.path("train.jsonl"),
        "--output",
        output,
      );
      expect(json).to.deep.include({ written: 1, images: 1 });
      expect(stdout).not.to.contain("PATIENT");
      const [image] = await readdir(path.join(output, "images"));
      const written = await readFile(path.join(output, "images", image!));
      expect(written.toString("latin1", 1, 4)).to.equal("PNG");
      expect(written.includes("PATIENT")).to.equal(false);
      expect(await readFile(path.join(output, "conversion.json"), "utf8")).not.to.contain("PATIENT");
    });

    it("writes over nothing", async () => {
      const { stderr } = await runCli(
        "data",
        "convert",
        workspace.path("train.jsonl"),
        "--output",
        workspace.folder,
      );
      expect(stderr).to.contain("OUTPUT_NOT_EMPTY");
    });
  });

  describe("overlap", () => {
    it("tells equal pixels from likeness, and leakage from a shared question", async () => {
      await workspace.write("a.png", await picture("png"));
      await workspace.write("same.webp", await picture("webp"));
      await workspace.write("like.jpg", await picture("jpeg", 6, 48));
      await workspace.writeSamples([
        record("a1", "a.png"),
        record("a2", "image.png", { question: "Which side?" }),
      ]);
      await workspace.writeSamples(
        [
          record("b1", "same.webp"),
          record("b2", "like.jpg", { answer: "yes" }),
          record("b3", "like.jpg", { question: "Why?" }),
          record("b4", undefined, { question: "which side" }),
        ],
        "test.jsonl",
      );
      const args = ["data", "overlap", workspace.path("train.jsonl"), workspace.path("test.jsonl")];
      const { json } = await runCliJson(...args);
      const { exact, near, leaked, questions, samples, distinctImages } = json as Record<
        string,
        Record<string, unknown>
      >;
      expect({ samples, distinctImages }).to.deep.equal({
        samples: { a: 2, b: 4 },
        distinctImages: { a: 2, b: 2 },
      });
      expect(exact).to.deep.include({ images: 1, samples: 1, examples: [{ a: "a1", b: "b1", distance: 0 }] });
      expect(near).to.deep.include({ images: 1, samples: 2 });
      expect(leaked).to.deep.include({ samples: 2, sameAnswer: 1 });
      expect(questions).to.equal(3);
      const { stdout } = await runCli(...args);
      expect(stdout).to.contain("same pixels").and.contain("b1 like a1");
    });
  });
});
