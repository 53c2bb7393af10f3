import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { JsonlSource, jsonlOptions } from "../src/index.js";
import { refusal, samplesOf } from "./support/open-dataset.js";
import { temporaryFolder } from "./support/temporary-folder.js";

describe("data source jsonl", () => {
  const folder = temporaryFolder();
  const source = (options: object = {}): JsonlSource =>
    new JsonlSource(jsonlOptions.parse({ path: "data/train.jsonl", ...options }), folder.path);
  const record = (changes: object = {}): object => ({
    id: "s1",
    image: "images/a.png",
    question: "Is the lung healthy?",
    answer: "No.",
    ...changes,
  });
  /** Writes the data file; its image is there. Strings stand for raw lines. */
  const write = async (records: readonly (object | string)[], end = "\n"): Promise<string> => {
    await folder.write("data/images/a.png", "png");
    const lines = records.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
    return folder.write("data/train.jsonl", lines.join("\n") + end);
  };

  it("reads every field of the native form", async () => {
    await folder.write("data/images/b.png", "png");
    const file = await write([
      record({
        images: ["images/a.png", "./images/b.png"],
        image: undefined,
        reasoning: " The left lung is opaque. ",
        kind: "choice",
        choices: ["yes ", "no"],
        answer: "no",
        meta: { modality: "CT", slice: 3, contrast: false },
      }),
    ]);
    const dataset = await source().open();
    expect(dataset).to.include({ name: "train", length: 1 });
    expect(await samplesOf(dataset)).to.deep.equal([
      {
        id: "s1",
        images: [
          { path: join(folder.path, "data/images/a.png") },
          { path: join(folder.path, "data/images/b.png") },
        ],
        question: "Is the lung healthy?",
        answer: "no",
        reasoning: "The left lung is opaque.",
        kind: "choice",
        choices: ["yes", "no"],
        meta: { modality: "CT", slice: 3, contrast: false },
        origin: { file, record: 1 },
      },
    ]);
  });

  it("takes yes and no for closed, choices for choice and the rest for open, unless kind says otherwise", async () => {
    await write([
      record({ id: 1 }),
      record({ id: 2, answer: "pneumonia" }),
      record({ id: 3, answer: "(B)", choices: ["left", "right"] }),
      record({ id: 4, answer: "two", kind: "closed" }),
      record({ id: 5, answer: 3, reasoning: null }),
      record({ id: 6, image: undefined, reasoning: " " }),
    ]);
    const samples = await samplesOf(await source().open());
    expect(samples.map(({ id, kind, answer }) => [id, kind, answer])).to.deep.equal([
      ["1", "closed", "No."],
      ["2", "open", "pneumonia"],
      ["3", "choice", "right"],
      ["4", "closed", "two"],
      ["5", "open", "3"],
      ["6", "closed", "No."],
    ]);
    expect(samples[5]!.images).to.deep.equal([]);
    for (const sample of samples) expect(sample).not.to.have.property("reasoning");
  });

  it("reads a byte order mark, CRLF, blank lines, Chinese, and a last line without its line feed", async () => {
    const lines = [
      record({ id: "一", question: "肺部健康吗？" }),
      record({ id: "2" }),
      record({ id: "3" }),
    ].map((item) => JSON.stringify(item));
    await folder.write("data/images/a.png", "png");
    await folder.write("data/train.jsonl", `\uFEFF${lines[0]!}\r\n\r\n${lines[1]!}\r\n \n${lines[2]!}`);
    const samples = await samplesOf(await source().open());
    expect(samples.map(({ id, origin }) => [id, origin.record])).to.deep.equal([
      ["一", 1],
      ["2", 3],
      ["3", 5],
    ]);
    expect(samples[0]!.question).to.equal("肺部健康吗？");
  });

  it("reads lines that are longer than a chunk of the file", async () => {
    await write([
      record({ id: 1, reasoning: "肺".repeat(200_000) }),
      record({ id: 2 }),
      record({ id: 3, reasoning: "x".repeat(300_000) }),
    ]);
    const samples = await samplesOf(await source().open());
    expect(samples.map((sample) => sample.reasoning?.length)).to.deep.equal([200_000, undefined, 300_000]);
  });

  describe("refuses", () => {
    const refused = async (
      records: readonly (object | string)[],
      line: number,
      ...says: string[]
    ): Promise<void> => {
      const file = await write([record({ id: "good" }), ...records], "");
      const error = await refusal(source());
      expect(error.exitCode).to.equal(6);
      expect(error.message).to.contain(file).and.contain(`record ${line}`);
      for (const text of says) expect(error.message).to.contain(text);
    };
    const cases: readonly [string, object | string, ...string[]][] = [
      ["a record without a question", record({ question: undefined }), "s1", "question"],
      ["a blank question", record({ question: " " }), "question", "blank"],
      ["a record without an id", record({ id: undefined }), "id"],
      ["a record without an answer", record({ answer: undefined }), "s1", "no answer"],
      ["an empty answer", record({ answer: "" }), "s1", "no answer"],
      ["a blank answer", record({ answer: " \t" }), "s1", "no answer"],
      ["a null answer", record({ answer: null }), "s1", "no answer"],
      ["a list of answers", record({ answer: ["no"] }), "s1", "answer"],
      ["a misspelt field", record({ reasonning: "opaque" }), "s1", "reasonning", "reasoning"],
      ["an unknown kind", record({ kind: "yesno" }), "s1", "kind"],
      ["nested meta", record({ meta: { a: { b: 1 } } }), "s1", "meta.a"],
      ["image and images together", record({ images: [] }), "s1", "image and images"],
      ["an image address", record({ image: "https://example.org/a.png" }), "s1", "image", "local file"],
      ["a choice question without choices", record({ kind: "choice" }), "s1", "choices"],
      ["choices of a closed question", record({ kind: "closed", choices: ["no", "yes"] }), "s1", "kind"],
      ["a repeated choice", record({ choices: ["no", "no "] }), "s1", "choices"],
      ["an answer that is none of the choices", record({ choices: ["left", "right"] }), "s1", "answer"],
      ["an image that is not there", record({ image: "images/b.png" }), "s1", "b.png"],
      ["a folder as an image", record({ image: "images" }), "s1", "images"],
      ["a used id", record({ id: "good" }), "good", "record 1"],
      ["a line that is an array", "[1]", "not a JSON object"],
      ["a line that is null", "null", "not a JSON object"],
      ["a torn last line", '{"id": "s1", "question": "Is', "cut off"],
      ["a record spread over lines", '{\n"id": 1}', "not JSON"],
    ];
    for (const [name, bad, ...says] of cases) {
      it(name, () => refused([bad], 2, ...says));
    }

    it("a number id that repeats a text id", () =>
      refused([record({ id: 7 }), record({ id: "7" })], 3, "record 2"));

    it("all wrong fields of a record at once", () =>
      refused([record({ kind: "x", image: 3, extra: 1 })], 2, "kind", "image", "extra"));

    it("bytes that are not UTF-8, by line", async () => {
      const file = await write([record()]);
      await appendFile(
        file,
        Buffer.concat([Buffer.from('{"id": "s2", "question": "'), Buffer.from([0xe9, 0x0a])]),
      );
      const error = await refusal(source());
      expect(error.message).to.contain("record 2").and.contain("UTF-8");
    });

    it("UTF-16, by name", async () => {
      await folder.write("data/train.jsonl", Buffer.from(`\uFEFF${JSON.stringify(record())}\n`, "utf16le"));
      expect((await refusal(source())).message).to.contain("UTF-16");
    });

    it("a line without end before it fills the memory", async () => {
      await folder.write("data/train.jsonl", "x".repeat(17 * 2 ** 20));
      expect((await refusal(source())).message).to.contain("16 MiB");
    });

    it("a missing file and a folder in its place", async () => {
      const missing = await refusal(source());
      expect(missing.code).to.equal("DATA_MISSING");
      expect(missing.message).to.contain(join(folder.path, "data/train.jsonl"));
      expect((await refusal(source({ path: "." }))).code).to.equal("DATA_MISSING");
    });

    it("a file without records", async () => {
      for (const content of ["", "\n\n", "\uFEFF", " \r\n"]) {
        await folder.write("data/train.jsonl", content);
        expect((await refusal(source())).code, JSON.stringify(content)).to.equal("DATA_EMPTY");
      }
    });
  });

  describe("with onProblem: skip", () => {
    it("sets bad records aside and lists them by file and line", async () => {
      const file = await write([
        record({ id: 1 }),
        "{broken",
        record({ id: 1 }),
        record({ id: 2, answer: "" }),
        record({ id: 3, image: "none.png" }),
        record({ id: 4 }),
      ]);
      const dataset = await source({ onProblem: "skip" }).open();
      expect((await samplesOf(dataset)).map(({ id }) => id)).to.deep.equal(["1", "4"]);
      expect(dataset.length).to.equal(2);
      expect(dataset.problems.map((problem) => [problem.file, problem.record])).to.deep.equal(
        [2, 3, 4, 5].map((line) => [file, line]),
      );
      expect(dataset.problems[3]!.message).to.contain("none.png");
    });

    it("still refuses a file that has nothing left", async () => {
      await write(["{broken"]);
      const error = await refusal(source({ onProblem: "skip" }));
      expect(error.code).to.equal("DATA_EMPTY");
      expect(error.message).to.contain("1 set aside").and.contain("not JSON");
    });
  });

  describe("with a filter", () => {
    beforeEach(() =>
      write([
        record({ id: 1, meta: { modality: "CT", year: 2019 } }),
        record({ id: 2, meta: { modality: "CT" }, answer: "mass" }),
        record({ id: 3, meta: { modality: "MRI", year: 2019 } }),
      ]),
    );
    const ids = async (filter: object): Promise<string[]> =>
      (await samplesOf(await source({ filter }).open())).map(({ id }) => id);

    it("keeps records by kind and by all of the given meta values", async () => {
      expect(await ids({ kind: "closed" })).to.deep.equal(["1", "3"]);
      expect(await ids({ kind: ["open", "choice"] })).to.deep.equal(["2"]);
      expect(await ids({ meta: { modality: "CT" } })).to.deep.equal(["1", "2"]);
      expect(await ids({ kind: "closed", meta: { modality: "CT", year: 2019 } })).to.deep.equal(["1"]);
      expect(await ids({})).to.deep.equal(["1", "2", "3"]);
    });

    it("says so when nothing passes", async () => {
      const error = await refusal(source({ filter: { meta: { modality: "PET" } } }));
      expect(error.code).to.equal("DATA_EMPTY");
      expect(error.message).to.contain("selection").and.contain("3");
      expect((await refusal(source({ filter: { meta: { year: "2019" } } }))).code).to.equal("DATA_EMPTY");
    });
  });

  describe("the fingerprint", () => {
    const fingerprint = async (options: object = {}): Promise<string> =>
      (await source(options).open()).fingerprint;

    it("changes with the bytes, the filter and what was set aside, and with nothing else", async () => {
      const file = await write([record({ id: 1 }), record({ id: 2, image: "images/b.png" })]);
      await folder.write("data/images/b.png", "png");
      const whole = await fingerprint({ onProblem: "skip" });
      expect(await fingerprint())
        .to.equal(whole)
        .and.match(/^sha256:[0-9a-f]{64}$/);
      expect(await fingerprint({ filter: { kind: "closed" } })).not.to.equal(whole);
      await rm(join(folder.path, "data/images/b.png"));
      expect(await fingerprint({ onProblem: "skip" })).not.to.equal(whole);
      await folder.write("data/images/b.png", "another");
      expect(await fingerprint()).to.equal(whole);
      await appendFile(file, "\n");
      expect(await fingerprint()).not.to.equal(whole);
    });
  });

  it("is read anew in every pass, and says when the file has changed meanwhile", async () => {
    const file = await write([record({ id: 1 }), record({ id: 2 })]);
    const dataset = await source().open();
    expect(await samplesOf(dataset)).to.deep.equal(await samplesOf(dataset));
    await writeFile(file, "changed");
    const error = await samplesOf(dataset).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "DATA_INVALID");
    expect((error as Error).message)
      .to.contain(file)
      .and.contain("changed since");
  });
});
