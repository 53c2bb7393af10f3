import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { refusal } from "../support/open-dataset.js";
import { opened, sourceOf } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const fixtures = join(import.meta.dirname, "../fixtures/path-vqa");

describe("data source path-vqa", () => {
  const folder = temporaryFolder();
  const options = { path: "pvqa", split: "train" };
  const images = async () => {
    for (const name of ["train_0000", "train_0001"])
      await folder.write(`pvqa/images/train/${name}.jpg`, "jpg");
  };

  for (const protocol of [0, 2, 3, 4]) {
    it(`reads the pickled lists of protocol ${protocol}, and reports the empty answer`, async () => {
      await images();
      const pickle = await readFile(join(fixtures, `train_qa.${protocol}.pkl`));
      const file = await folder.write("pvqa/qas/train/train_qa.pkl", pickle);
      const { dataset, samples } = await opened("path-vqa", { ...options, onProblem: "skip" }, folder.path);
      expect(samples).to.deep.equal([
        {
          id: "train-1",
          images: [{ path: join(folder.path, "pvqa/images/train/train_0000.jpg") }],
          question: "Where are liver stem cells located?",
          answer: "in the canals of hering",
          kind: "open",
          meta: {},
          origin: { file, record: 1 },
        },
        {
          id: "train-2",
          images: [{ path: join(folder.path, "pvqa/images/train/train_0000.jpg") }],
          question: "Are bile duct cells shown?",
          answer: "yes",
          kind: "closed",
          meta: {},
          origin: { file, record: 2 },
        },
      ]);
      expect(dataset.problems.map(({ record }) => record)).to.deep.equal([3]);
    });
  }

  it("reads JSON in the pickle's place", async () => {
    await images();
    const records = [{ image: "train_0000.jpg", question: "What?", answer: "duct" }];
    await folder.write("pvqa/qas/train/train_qa.json", JSON.stringify(records));
    expect((await opened("path-vqa", options, folder.path)).samples).to.have.length(1);
  });

  it("refuses a pickle that would run something, and damaged ones", async () => {
    await images();
    const whole = await readFile(join(fixtures, "train_qa.4.pkl"));
    const hostile = await readFile(join(fixtures, "hostile.pkl"));
    for (const [content, says] of [
      [hostile, "os.system"],
      [whole.subarray(0, 50), "pickle"],
      [Buffer.from("no pickle"), "pickle"],
    ] as const) {
      await folder.write("pvqa/qas/train/train_qa.pkl", content);
      const error = await refusal(await sourceOf("path-vqa", options, folder.path));
      expect(error.code).to.equal("DATA_INVALID");
      expect(error.message).to.contain(says);
    }
  });
});
