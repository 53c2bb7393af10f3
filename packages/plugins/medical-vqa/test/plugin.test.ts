import { createKernel, type DataSource } from "@rarl-sdk/core";
import { dataSourceConformance } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { medicalVqaPlugin } from "../src/index.js";
import { samplesOf } from "./support/open-dataset.js";
import { temporaryFolder } from "./support/temporary-folder.js";

describe("plugin medical-vqa", () => {
  const folder = temporaryFolder();
  const create = async (name: string, options: object): Promise<DataSource> => {
    const kernel = await createKernel({ builtins: [medicalVqaPlugin], baseDirectory: folder.path });
    return kernel.create("dataSources", name, options);
  };
  const record = {
    qid: 1,
    image_name: "a.jpg",
    question: "Is it normal?",
    answer: "no",
    answer_type: "CLOSED",
    phrase_type: "para",
  };

  beforeEach(async () => {
    await folder.write("a.png", "png");
    const lines = [1, 2, 3].map((id) =>
      JSON.stringify({ id, image: "a.png", question: "Why?", answer: "rib" }),
    );
    await folder.write("train.jsonl", `${lines.join("\n")}\n{"torn`);
    await folder.write("VQA_RAD Image Folder/a.jpg", "jpg");
    await folder.write("VQA_RAD Dataset Public.json", JSON.stringify([record, { ...record, qid: 2 }, {}]));
  });

  const sources: readonly [string, object][] = [
    ["jsonl", { path: "train.jsonl", onProblem: "skip" }],
    ["vqa-rad", { path: ".", split: "train", onProblem: "skip" }],
  ];
  for (const [name, options] of sources) {
    describe(`data source ${name}`, () => {
      for (const check of dataSourceConformance(() => create(name, options)))
        it(check.name, () => check.run());

      it("finds its files from the folder of the configuration", async () => {
        const dataset = await (await create(name, options)).open();
        expect(await samplesOf(dataset)).to.have.length(name === "jsonl" ? 3 : 2);
        expect(dataset.problems).to.have.length(1);
      });

      it("has misspelt options refused", async () => {
        const error = await create(name, { ...options, onproblem: "skip" }).then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).to.have.property("code", "COMPONENT_OPTIONS");
      });
    });
  }
});
