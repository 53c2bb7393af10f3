import { join } from "node:path";
import { expect } from "chai";
import { refusal } from "../support/open-dataset.js";
import { opened, sourceOf } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const training = "ImageClef-2019-VQA-Med-Training";

describe("data source vqa-med-2019", () => {
  const folder = temporaryFolder();
  const write = async (lines: readonly string[], image = "synpic100"): Promise<string> => {
    await folder.write(`${training}/Train_images/${image}.jpg`, "jpg");
    return folder.write(`${training}/All_QA_Pairs_train.txt`, `${lines.join("\r\n")}\r\n`);
  };
  const train = { path: ".", split: "train" };
  const open = (changes: object = {}) => opened("vqa-med-2019", { ...train, ...changes }, folder.path);

  it("reads the training set, with categories from their own files", async () => {
    const lines = [
      "synpic100|what kind of scan is this?|cta - ct angiography",
      "synpic100|is this a t1 weighted image?|no",
    ];
    const file = await write(lines);
    await folder.write(`${training}/QAPairsByCategory/C1_Modality_train.txt`, `${lines.join("\n")}\n`);
    const { dataset, samples } = await open();
    expect(dataset.name).to.equal("vqa-med-2019-train");
    expect(samples).to.deep.equal([
      {
        id: "train-1",
        images: [{ path: join(folder.path, training, "Train_images/synpic100.jpg") }],
        question: "what kind of scan is this?",
        answer: "cta - ct angiography",
        kind: "open",
        meta: { questionType: "modality" },
        origin: { file, record: 1 },
      },
      {
        id: "train-2",
        images: [{ path: join(folder.path, training, "Train_images/synpic100.jpg") }],
        question: "is this a t1 weighted image?",
        answer: "no",
        kind: "closed",
        meta: { questionType: "modality" },
        origin: { file, record: 2 },
      },
    ]);
  });

  it("takes the first of several answers without its optional text, and keeps what was written", async () => {
    await write([
      "synpic100|what is abnormal?|pneumothorax (tension)#air in the pleura",
      "synpic100|what is it?|(all of it optional)",
    ]);
    const { samples } = await open();
    expect(samples.map(({ answer, meta }) => [answer, meta.writtenAnswer])).to.deep.equal([
      ["pneumothorax", "pneumothorax (tension)#air in the pleura"],
      ["(all of it optional)", undefined],
    ]);
  });

  it("reads the test set, whose lines name their category", async () => {
    await folder.write("VQAMed2019Test/VQAMed2019_Test_Images/synpic9.jpg", "jpg");
    await folder.write(
      "VQAMed2019Test/VQAMed2019_Test_Questions_w_Ref_Answers.txt",
      "synpic9|plane|in what plane is this scan taken?|axial",
    );
    const { samples } = await open({ split: "test" });
    expect(samples[0]).to.deep.include({ id: "test-1", answer: "axial", meta: { questionType: "plane" } });
  });

  it("finds one archive that is unpacked into the folder itself", async () => {
    await folder.write("Val_images/synpic1.jpg", "jpg");
    await folder.write("All_QA_Pairs_val.txt", "synpic1|what organ is shown?|lung");
    expect((await open({ split: "validation" })).samples).to.have.length(1);
  });

  it("reports lines of another form, empty answers and missing images", async () => {
    await write([
      "synpic100|what?|lung",
      "synpic100|no answer here",
      "synpic100|what?| ",
      "synpic7|what?|rib",
      "a|b|c|d",
    ]);
    const { dataset, samples } = await open({ onProblem: "skip" });
    expect(samples.map(({ id }) => id)).to.deep.equal(["train-1"]);
    expect(
      dataset.problems.map(({ record, message }) => [record, /bars|answer|exist/.exec(message)?.[0]]),
    ).to.deep.equal([
      [2, "bars"],
      [3, "answer"],
      [4, "exist"],
      [5, "bars"],
    ]);
  });

  it("says what is missing", async () => {
    const error = await refusal(await sourceOf("vqa-med-2019", train, folder.path));
    expect(error.code).to.equal("DATA_MISSING");
    expect(error.message).to.contain("All_QA_Pairs_train.txt");
  });
});
