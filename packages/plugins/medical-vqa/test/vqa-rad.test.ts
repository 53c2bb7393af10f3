import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { VqaRadSource, vqaRadOptions } from "../src/index.js";
import { refusal, samplesOf } from "./support/open-dataset.js";
import { temporaryFolder } from "./support/temporary-folder.js";

const jsonFile = "rad/VQA_RAD Dataset Public.json";

/** A record with the fields of the release, those that are not read included. */
function record(qid: number | string, changes: object = {}): object {
  return {
    qid,
    phrase_type: "freeform",
    qid_linked_id: "03f451ca-de62-4617-9679-e836026a7642",
    image_case_url: "https://medpix.nlm.nih.gov/case?id=48e1dd0e-8552-46ad-a354-5eb55be86de6",
    image_name: "synpic54610.jpg",
    image_organ: "HEAD",
    evaluation: "not evaluated",
    question: "Are regions of the brain infarcted?",
    question_rephrase: "NULL",
    question_relation: "NULL",
    question_frame: "NULL",
    question_type: "PRES",
    answer: "Yes",
    answer_type: "CLOSED",
    ...changes,
  };
}

describe("data source vqa-rad", () => {
  const folder = temporaryFolder();
  const source = (options: object = {}): VqaRadSource =>
    new VqaRadSource(vqaRadOptions.parse({ path: "rad", split: "all", ...options }), folder.path);
  const write = async (records: readonly unknown[]): Promise<string> => {
    await folder.write("rad/VQA_RAD Image Folder/synpic54610.jpg", "jpg");
    return folder.write(jsonFile, JSON.stringify(records));
  };
  const ids = async (options: object): Promise<string[]> =>
    (await samplesOf(await source(options).open())).map(({ id }) => id);

  it("reads a record of the release", async () => {
    const file = await write([record(1)]);
    const dataset = await source({ split: "train" }).open();
    expect(dataset).to.include({ name: "vqa-rad-train", length: 1 });
    expect(await samplesOf(dataset)).to.deep.equal([
      {
        id: "1",
        images: [{ path: join(folder.path, "rad/VQA_RAD Image Folder/synpic54610.jpg") }],
        question: "Are regions of the brain infarcted?",
        answer: "Yes",
        kind: "closed",
        meta: { phraseType: "freeform", organ: "HEAD", questionType: "PRES" },
        origin: { file, record: 1 },
      },
    ]);
  });

  it("splits by phrase type and selects by answer type", async () => {
    await write([
      record(1, { phrase_type: "freeform", answer_type: "OPEN" }),
      record(2, { phrase_type: "para" }),
      record(3, { phrase_type: "test_freeform" }),
      record(4, { phrase_type: "test_para", answer_type: "OPEN" }),
    ]);
    expect(await ids({ split: "train" })).to.deep.equal(["1", "2"]);
    expect(await ids({ split: "test" })).to.deep.equal(["3", "4"]);
    expect(await ids({ split: "all" })).to.deep.equal(["1", "2", "3", "4"]);
    expect(await ids({ split: "train", answerType: "open" })).to.deep.equal(["1"]);
    expect(await ids({ split: "all", answerType: "closed" })).to.deep.equal(["2", "3"]);
  });

  it("reads integer answers, stray spaces, both cases, text ids and a byte order mark", async () => {
    await write([]);
    await folder.write(
      jsonFile,
      `\uFEFF${JSON.stringify([
        record("7 ", {
          answer: 4,
          answer_type: "open ",
          phrase_type: "Para",
          question: " How many? ",
          image_organ: "CHEST ",
        }),
        record(8, { answer: 0 }),
      ])}`,
    );
    const samples = await samplesOf(await source().open());
    expect(
      samples.map(({ id, answer, kind, question, meta }) => [id, answer, kind, question, meta.organ]),
    ).to.deep.equal([
      ["7", "4", "open", "How many?", "CHEST"],
      ["8", "0", "closed", "Are regions of the brain infarcted?", "HEAD"],
    ]);
  });

  const refusals: readonly [string, object, string, ...string[]][] = [
    ["an empty answer", { answer: "" }, "SAMPLE_ANSWER_MISSING"],
    ["no answer", { answer: undefined }, "SAMPLE_ANSWER_MISSING"],
    ["an unknown phrase type", { phrase_type: "validation" }, "DATA_INVALID", "phrase_type"],
    ["no answer type, as in the parquet copies", { answer_type: undefined }, "DATA_INVALID", "answer_type"],
    ["a blank question", { question: " " }, "DATA_INVALID", "question"],
    ["an image outside the folder", { image_name: "../secret.jpg" }, "DATA_INVALID", "image_name"],
    ["a missing image", { image_name: "synpic1.jpg" }, "IMAGE_MISSING", "synpic1.jpg"],
  ];
  for (const [name, changes, code, ...says] of refusals) {
    it(`refuses ${name}, naming file, record and sample`, async () => {
      const file = await write([record(1), record(22, changes)]);
      const error = await refusal(source());
      expect(error.code).to.equal(code);
      for (const text of [file, "record 2", "22", ...says]) expect(error.message).to.contain(text);
      const dataset = await source({ onProblem: "skip" }).open();
      expect(dataset.length).to.equal(1);
      expect(dataset.problems).to.deep.equal([{ file, record: 2, message: error.message }]);
    });
  }

  it("refuses a question id used twice and a record that is no object", async () => {
    await write([record(1), record(1)]);
    expect((await refusal(source())).message).to.contain("already used by record 1");
    await write([record(1), null]);
    expect((await refusal(source())).message).to.contain("not an object");
  });

  it("leaves bad images of other splits alone", async () => {
    await write([record(1), record(2, { phrase_type: "test_para", image_name: "gone.jpg" })]);
    expect(await ids({ split: "train" })).to.deep.equal(["1"]);
  });

  it("refuses a file that is no release", async () => {
    for (const content of ["{}", "[", '"x"', Buffer.from([0x5b, 0xff, 0x5d])]) {
      await write([]);
      await folder.write(jsonFile, content);
      const error = await refusal(source());
      expect(error.code, String(content)).to.equal("DATA_INVALID");
      expect(error.message).to.contain("VQA_RAD Dataset Public.json");
    }
  });

  it("refuses a folder without the JSON file or the image folder", async () => {
    expect((await refusal(source())).message).to.contain(join(folder.path, jsonFile));
    await write([record(1)]);
    await rm(join(folder.path, "rad/VQA_RAD Image Folder"), { recursive: true });
    const error = await refusal(source());
    expect(error.code).to.equal("DATA_MISSING");
    expect(error.message).to.contain("VQA_RAD Image Folder");
  });

  it("refuses an empty selection", async () => {
    await write([record(1)]);
    const error = await refusal(source({ split: "test", answerType: "open" }));
    expect(error.code).to.equal("DATA_EMPTY");
    expect(error.message).to.contain("test").and.contain("open");
    await write([]);
    expect((await refusal(source())).code).to.equal("DATA_EMPTY");
  });

  it("has a fingerprint of the bytes and the selection", async () => {
    await write([record(1), record(2)]);
    const fingerprint = async (options: object): Promise<string> =>
      (await source(options).open()).fingerprint;
    const all = await fingerprint({});
    expect(await fingerprint({})).to.equal(all);
    expect(await fingerprint({ split: "train" })).not.to.equal(all);
    expect(await fingerprint({ answerType: "closed" })).not.to.equal(all);
    await write([record(1), record(2, { answer: "no" })]);
    expect(await fingerprint({})).not.to.equal(all);
  });
});
