import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dataSourceConformance } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { samplesOf } from "./support/open-dataset.js";
import { sourceOf } from "./support/release-of.js";
import { temporaryFolder } from "./support/temporary-folder.js";

const fixtures = join(import.meta.dirname, "fixtures");

describe("plugin medical-vqa", () => {
  const folder = temporaryFolder();
  const record = { question: "Is it normal?", answer: "no", answer_type: "CLOSED" };
  const rad = { ...record, image_name: "a.jpg", phrase_type: "para" };
  const slake = { ...record, img_name: "a.jpg", q_lang: "en" };
  const json = (...records: object[]) => JSON.stringify(records);

  beforeEach(async () => {
    const write = (name: string, content: string) => folder.write(name, content);
    for (const image of [
      "a.png",
      "a.jpg",
      "VQA_RAD Image Folder/a.jpg",
      "imgs/a.jpg",
      "images/train/a.jpg",
      "Train_images/a.jpg",
    ])
      await write(image, "image");
    const lines = [1, 2, 3].map((id) =>
      JSON.stringify({ id, image: "a.png", question: "Why?", answer: "rib" }),
    );
    await write("train.jsonl", `${lines.join("\n")}\n{"torn`);
    await write("VQA_RAD Dataset Public.json", json({ ...rad, qid: 1 }, { ...rad, qid: 2 }, {}));
    await write("train.json", json({ ...slake, qid: 1 }, { ...slake, qid: 2 }, { q_lang: "en" }));
    await write("own.json", json({ question: "?", answer: "x" }, { question: "?", answer: "y" }, {}));
    await write("own.csv", "question,answer\n?,x\n?,y\n?,");
    await write("All_QA_Pairs_train.txt", "a|?|x\na|?|y\na|?");
    await write("qas/train_qa.json", json({ image: "a", ...record }, { image: "a", ...record }, {}));
    await write("silvar.json", json({ img_name: "a.jpg", ...record }, { img_name: "a.jpg", ...record }, {}));
    await mkdir(join(folder.path, "cv"));
    for (const name of ["test_2d", "test_3d"])
      await copyFile(join(fixtures, `cv-bench/${name}.parquet`), join(folder.path, `cv/${name}.parquet`));
    await copyFile(join(fixtures, "sat/SAT_static.parquet"), join(folder.path, "sat.parquet"));
    await copyFile(join(fixtures, "parquet/snappy.parquet"), join(folder.path, "own.parquet"));
  });

  const sources: readonly [name: string, options: object, samples: number, problems: number][] = [
    ["jsonl", { path: "train.jsonl" }, 3, 1],
    ["json", { path: "own.json" }, 2, 1],
    ["csv", { path: "own.csv" }, 2, 1],
    ["parquet", { path: "own.parquet" }, 59, 1],
    ["vqa-rad", { path: ".", split: "train" }, 2, 1],
    ["slake", { path: ".", split: "train" }, 2, 1],
    ["vqa-med-2019", { path: ".", split: "train" }, 2, 1],
    ["path-vqa", { path: ".", split: "train" }, 2, 1],
    ["cv-bench", { path: "cv" }, 3, 2],
    ["sat", { path: "sat.parquet" }, 2, 2],
    ["silvar-med", { path: "silvar.json" }, 2, 1],
  ];
  for (const [name, given, samples, problems] of sources) {
    const options = { ...given, onProblem: "skip" };
    describe(`data source ${name}`, () => {
      for (const check of dataSourceConformance(() => sourceOf(name, options, folder.path)))
        it(check.name, () => check.run());

      it("finds its files from the folder of the configuration", async () => {
        const dataset = await (await sourceOf(name, options, folder.path)).open();
        expect(await samplesOf(dataset)).to.have.length(samples);
        expect(dataset.problems).to.have.length(problems);
        expect(dataset.leftOut).to.equal(0);
      });

      it("takes a subset", async () => {
        const dataset = await (await sourceOf(name, { ...options, subset: { size: 1 } }, folder.path)).open();
        expect(await samplesOf(dataset)).to.have.length(1);
        expect(dataset.leftOut).to.equal(samples - 1);
      });

      it("has misspelt options refused", async () => {
        const error = await sourceOf(name, { ...options, onproblem: "skip" }, folder.path).then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).to.have.property("code", "COMPONENT_OPTIONS");
      });
    });
  }
});
