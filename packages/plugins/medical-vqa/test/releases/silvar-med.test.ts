import { expect } from "chai";
import { opened } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("data source silvar-med", () => {
  const folder = temporaryFolder();

  it("reads an answer that is a text, or a list of answer and explanation, and either field of reasoning", async () => {
    for (const name of ["xmlab1/source.jpg", "b.jpg"]) await folder.write(`images/${name}`, "jpg");
    const question = "Is the lung healthy?";
    await folder.write(
      "train.json",
      JSON.stringify([
        { img_name: "xmlab1/source.jpg", question, answer: "No." },
        {
          img_name: "b.jpg",
          question,
          answer: ["No.", "The left lower lobe is opaque.", "Its border is lost."],
        },
        {
          id: "c",
          img_name: "b.jpg",
          question,
          answer: "Yes",
          explanation: " Clear fields. ",
          modality: "X-Ray",
        },
        { img_name: "b.jpg", question, answer: [] },
        { img_name: "gone.jpg", question, answer: "No" },
      ]),
    );
    const options = { path: "train.json", imageFolder: "images", onProblem: "skip" };
    const { dataset, samples } = await opened("silvar-med", options, folder.path);
    expect(
      samples.map(({ id, answer, reasoning, kind, meta }) => [id, answer, reasoning, kind, meta]),
    ).to.deep.equal([
      ["1", "No.", undefined, "closed", {}],
      ["2", "No.", "The left lower lobe is opaque. Its border is lost.", "closed", {}],
      ["c", "Yes", "Clear fields.", "closed", { modality: "X-Ray" }],
    ]);
    expect(dataset.problems.map(({ record }) => record)).to.deep.equal([4, 5]);
  });
});
