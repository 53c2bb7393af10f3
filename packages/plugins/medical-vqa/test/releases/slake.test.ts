import { join } from "node:path";
import { expect } from "chai";
import { refusal } from "../support/open-dataset.js";
import { opened, sourceOf } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** A record with the fields of the release, those that are not read included. */
function record(qid: number, changes: object = {}): object {
  return {
    img_id: 1,
    img_name: "xmlab1/source.jpg",
    question: "What modality is used to take this image?",
    answer: "MRI",
    q_lang: "en",
    location: "Abdomen",
    modality: "MRI",
    answer_type: "OPEN",
    base_type: "vqa",
    content_type: "Modality",
    triple: ["vhead", "_", "_"],
    qid,
    ...changes,
  };
}

describe("data source slake", () => {
  const folder = temporaryFolder();
  const write = async (records: readonly object[], name = "train.json"): Promise<string> => {
    await folder.write("Slake1.0/imgs/xmlab1/source.jpg", "jpg");
    return folder.write(`Slake1.0/${name}`, JSON.stringify(records));
  };
  const options = { path: "Slake1.0", split: "train" };
  const open = (changes: object = {}) => opened("slake", { ...options, ...changes }, folder.path);

  it("reads a record of the release", async () => {
    const file = await write([record(0)]);
    const { dataset, samples } = await open();
    expect(dataset).to.include({ name: "slake-train", length: 1, leftOut: 0 });
    expect(samples).to.deep.equal([
      {
        id: "0",
        images: [{ path: join(folder.path, "Slake1.0/imgs/xmlab1/source.jpg") }],
        question: "What modality is used to take this image?",
        answer: "MRI",
        kind: "open",
        meta: {
          language: "en",
          modality: "MRI",
          organ: "Abdomen",
          questionType: "Modality",
          baseType: "vqa",
        },
        origin: { file, record: 1 },
      },
    ]);
  });

  it("reads English by default, and other languages by option", async () => {
    const chinese = { q_lang: "zh", question: "这张图片是什么模态?", answer: "核磁共振" };
    await write([record(0), record(1, chinese), record(2, { q_lang: " EN" })]);
    const ids = async (language: object) => (await open(language)).samples.map(({ id }) => id);
    expect(await ids({})).to.deep.equal(["0", "2"]);
    expect(await ids({ language: "zh" })).to.deep.equal(["1"]);
    expect(await ids({ language: "all" })).to.deep.equal(["0", "1", "2"]);
  });

  it("keeps CLOSED that is no yes/no question closed", async () => {
    await write([
      record(5, { answer_type: "CLOSED", question: "Which is bigger, liver or spleen?", answer: "Liver" }),
    ]);
    expect((await open()).samples[0]).to.include({ kind: "closed", answer: "Liver" });
  });

  it("reports the empty answer of question 1622 and goes on", async () => {
    const file = await write([record(0), record(1622, { answer: "" }), record(3)]);
    expect((await refusal(await sourceOf("slake", options, folder.path))).message)
      .to.contain(file)
      .and.contain("record 2 (sample 1622)")
      .and.contain("no answer");
    const { dataset, samples } = await open({ onProblem: "skip" });
    expect(samples.map(({ id }) => id)).to.deep.equal(["0", "3"]);
    expect(dataset.problems).to.have.length(1);
    expect(dataset.problems[0]).to.include({ file, record: 2 });
  });

  it("takes no notice of faults in other languages", async () => {
    await write([record(0), record(1, { q_lang: "zh", answer: "" })]);
    expect((await open()).dataset.problems).to.deep.equal([]);
  });

  it("finds the validation set under both of its names", async () => {
    await write([record(0)], "validate.json");
    expect((await open({ split: "validation" })).samples).to.have.length(1);
    await write([record(0), record(1)], "validation.json");
    expect((await open({ split: "validation" })).samples).to.have.length(2);
  });

  it("refuses paths out of the image folder, missing images and unknown labels", async () => {
    const refusals: readonly [object, string, string][] = [
      [{ img_name: "../../etc/passwd" }, "DATA_INVALID", "img_name"],
      [{ img_name: "C:\\x.jpg" }, "DATA_INVALID", "img_name"],
      [{ img_name: "xmlab2/source.jpg" }, "IMAGE_MISSING", "xmlab2"],
      [{ answer_type: "MAYBE" }, "DATA_INVALID", "answer_type"],
    ];
    for (const [changes, code, says] of refusals) {
      await write([record(7, changes)]);
      const error = await refusal(await sourceOf("slake", options, folder.path));
      expect(error.code, says).to.equal(code);
      expect(error.message).to.contain(says).and.contain("record 1");
    }
  });
});
