import { join } from "node:path";
import { expect } from "chai";
import { refusal } from "../support/open-dataset.js";
import { opened, sourceOf } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("data source csv", () => {
  const folder = temporaryFolder();
  const columns = {
    id: "ID",
    image: "File",
    question: "Question",
    answer: "Short",
    choices: "Options",
    meta: { modality: "Modality" },
  };
  const heading = "ID,File,Question,Short,Options,Modality";
  const write = async (rows: readonly string[], name = "t.csv"): Promise<string> => {
    await folder.write("scans/a.png", "png");
    return folder.write(name, rows.join("\r\n"));
  };
  const options = { path: "t.csv", columns, imageFolder: "scans" };
  const open = (changes: object = {}) => opened("csv", { ...options, ...changes }, folder.path);

  it("reads rows by a column mapping: quotes, line feeds inside, a byte order mark, options", async () => {
    const file = await write([
      `\uFEFF${heading}`,
      `7,a.png,"Which, ""left""\nor right?",(B),left|right,CT`,
      "",
      "8,a.png,Is it healthy?,no,,MRI",
    ]);
    const { dataset, samples } = await open();
    expect(dataset.name).to.equal("t");
    expect(samples[0]).to.deep.equal({
      id: "7",
      images: [{ path: join(folder.path, "scans/a.png") }],
      question: 'Which, "left"\nor right?',
      answer: "right",
      kind: "choice",
      choices: ["left", "right"],
      meta: { modality: "CT" },
      origin: { file, record: 1 },
    });
    expect(samples[1]).to.deep.include({ id: "8", kind: "closed", meta: { modality: "MRI" } });
  });

  it("takes columns of the fields' own names, tabs in .tsv, and ids by position", async () => {
    await write(["question\tanswer\tother", "Why?\trib\tx"], "q.tsv");
    const { samples } = await opened("csv", { path: "q.tsv" }, folder.path);
    expect(samples[0]).to.deep.include({ id: "q-1", question: "Why?", answer: "rib", images: [], meta: {} });
  });

  it("reports rows of another width, bad UTF-8, empty answers, missing images and ids used twice", async () => {
    await folder.write("scans/a.png", "png");
    const rows = [
      heading,
      "1,a.png,ok?,yes,,CT",
      "2,a.png,short",
      "3,a.png,?,,,CT",
      "4,b.png,?,x,,CT",
      "1,a.png,?,x,,CT",
      "5,a.png,\xff?,x,,CT",
    ];
    await folder.write("t.csv", Buffer.from(rows.join("\n"), "latin1"));
    const { dataset, samples } = await open({ onProblem: "skip" });
    expect(samples.map(({ id }) => id)).to.deep.equal(["1"]);
    const found = dataset.problems.map(({ record, message }) => [
      record,
      /cells|no answer|does not exist|already used|UTF-8/.exec(message)?.[0],
    ]);
    expect(found).to.deep.equal([
      [2, "cells"],
      [3, "no answer"],
      [4, "does not exist"],
      [5, "already used"],
      [6, "UTF-8"],
    ]);
  });

  it("refuses a mapping to columns that are not there, with the nearest, and files that are not CSV", async () => {
    await write(["ID,File,Questoin,Short,Options,Modality", "1,a.png,?,x,,CT"]);
    const missing = await refusal(await sourceOf("csv", options, folder.path));
    expect(missing.code).to.equal("DATA_INVALID");
    expect(missing.message).to.contain("Question").and.contain("did you mean Questoin");
    for (const [content, says] of [
      [`${heading}\n1,"a.png,open quote`, "not CSV"],
      [`ID,ID,Question,Short\n`, "twice"],
      [Buffer.from(`\uFEFF${heading}`, "utf16le"), "UTF-16"],
    ] as const) {
      await folder.write("t.csv", content);
      const error = await refusal(await sourceOf("csv", options, folder.path));
      expect(error.code).to.equal("DATA_INVALID");
      expect(error.message).to.contain(says);
    }
    await folder.write("t.csv", "");
    expect((await refusal(await sourceOf("csv", options, folder.path))).code).to.equal("DATA_EMPTY");
  });

  it("refuses addresses in place of paths", async () => {
    await write([heading, "1,https://example.org/a.png,?,x,,CT"]);
    expect((await refusal(await sourceOf("csv", options, folder.path))).message).to.contain(
      "nothing is downloaded",
    );
  });
});

describe("data source json", () => {
  const folder = temporaryFolder();
  const columns = { image: "img", question: "q", answer: "a", kind: "type", meta: { organ: "organ" } };
  const records = [
    { img: "a.png", q: "Why?", a: 3, type: "OPEN", organ: "lung", extra: [1, { deep: true }] },
    { img: "a.png", q: "Is it?", a: "Yes", type: "Closed" },
  ];

  for (const [name, content] of [
    ["t.json", JSON.stringify(records, null, 2)],
    ["t.jsonl", records.map((record) => JSON.stringify(record)).join("\n")],
  ] as const) {
    it(`reads ${name} by a mapping, ignoring other fields`, async () => {
      await folder.write("a.png", "png");
      const file = await folder.write(name, content);
      const { samples } = await opened("json", { path: name, columns }, folder.path);
      expect(samples).to.deep.equal([
        {
          id: "t-1",
          images: [{ path: join(folder.path, "a.png") }],
          question: "Why?",
          answer: "3",
          kind: "open",
          meta: { organ: "lung" },
          origin: { file, record: 1 },
        },
        {
          id: "t-2",
          images: [{ path: join(folder.path, "a.png") }],
          question: "Is it?",
          answer: "Yes",
          kind: "closed",
          meta: {},
          origin: { file, record: 2 },
        },
      ]);
    });
  }

  it("gives DICOM images the window of the options", async () => {
    await folder.write("a.png", "png");
    await folder.write("t.json", JSON.stringify(records));
    const window = { center: -600, width: 1500 };
    const { samples } = await opened("json", { path: "t.json", columns, window }, folder.path);
    expect(samples[0]!.images).to.deep.equal([{ path: join(folder.path, "a.png"), window }]);
  });
});
