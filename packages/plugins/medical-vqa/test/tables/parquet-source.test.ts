import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { isRarlError } from "@rarl-sdk/core";
import { ParquetFile } from "../../src/parquet/parquet-file.js";
import { parquetRecords } from "../../src/tables/parquet-records.js";
import { refusal, samplesOf } from "../support/open-dataset.js";
import { opened, sourceOf } from "../support/release-of.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const fixtures = join(import.meta.dirname, "../fixtures/parquet");

describe("data source parquet", () => {
  const folder = temporaryFolder();

  it("reads a copy with image, question and answer, and reports the row without an answer", async () => {
    const { dataset, samples } = await opened(
      "parquet",
      { path: "snappy.parquet", onProblem: "skip", columns: { id: "qid" } },
      fixtures,
    );
    expect(samples).to.have.length(59);
    expect(samples[0]).to.deep.include({ id: "100", answer: "no", kind: "closed", meta: {} });
    expect(samples[0]!.images[0]).to.have.property("label").that.contains("snappy.parquet, record 1");
    expect(dataset.problems.map(({ record }) => record)).to.deep.equal([18]);
    const [first, last] = [samples[0]!.images[0]!, samples[58]!.images[0]!];
    if (!("read" in first && "read" in last)) throw new Error("the images are not in the file");
    expect(Buffer.from(await first.read()).toString("latin1", 1, 4)).to.equal("PNG");
    expect(await last.read()).not.to.deep.equal(await first.read());
  });

  it("takes columns by name, lists of images and facts", async () => {
    const columns = {
      question: "question",
      answer: "score",
      images: "frames",
      meta: { flag: "flag", qid: "qid" },
    };
    const { samples, dataset } = await opened(
      "parquet",
      { path: "row-groups.parquet", columns, onProblem: "skip" },
      fixtures,
    );
    // Every third row has an empty list.
    expect(dataset.problems).to.have.length(20);
    expect(samples.map(({ images }) => images.length).slice(0, 4)).to.deep.equal([1, 2, 1, 2]);
    expect(samples[0]!.meta).to.deep.equal({ flag: false, qid: 101 });
  });

  it("reads several files by a star in the name, records counting in each", async () => {
    for (const name of ["train-00000-of-00002", "train-00001-of-00002", "test-00000-of-00001"])
      await copyFile(join(fixtures, "zstd.parquet"), join(folder.path, `${name}.parquet`));
    const options = { path: "train-*.parquet", onProblem: "skip" };
    const { samples } = await opened("parquet", options, folder.path);
    expect(samples).to.have.length(118);
    expect(samples[59]!.id).to.equal("train-00001-of-00002-1");
    const missing = await refusal(await sourceOf("parquet", { path: "validation-*.parquet" }, folder.path));
    expect(missing.code).to.equal("DATA_MISSING");
  });

  it("says what is wrong with a file: no such column, cut off, none at all", async () => {
    const bytes = await readFile(join(fixtures, "plain.parquet"));
    await writeFile(join(folder.path, "cut.parquet"), bytes.subarray(0, bytes.length - 100));
    await writeFile(join(folder.path, "whole.parquet"), bytes);
    const refused = async (options: object) => refusal(await sourceOf("parquet", options, folder.path));
    expect((await refused({ path: "cut.parquet" })).message).to.contain("cut off");
    expect((await refused({ path: "none.parquet" })).code).to.equal("DATA_MISSING");
    const error = await refused({ path: "whole.parquet", columns: { answer: "answers" } });
    expect(error.message).to.contain("no column answers (did you mean answer?)");
  });

  it("notices when the file changes under it", async () => {
    const path = join(folder.path, "t.parquet");
    await copyFile(join(fixtures, "plain.parquet"), path);
    const dataset = await (await sourceOf("parquet", { path, onProblem: "skip" }, folder.path)).open();
    await writeFile(path, await readFile(join(fixtures, "zstd.parquet")));
    const error = await samplesOf(dataset).catch((reason: unknown) => reason);
    expect(isRarlError(error) && error.message).to.contain("changed since it was opened");
  });
});

describe("the reads of a parquet file", () => {
  it("do not touch images when it is opened and its text is read, and one page when one is wanted", async () => {
    const path = join(fixtures, "small-pages.parquet");
    const { size } = { size: (await readFile(path)).length };
    const file = await ParquetFile.open(path);
    const rows = await file.read(["question", "answer"], 0, file.rows);
    expect(rows).to.have.length(60);
    const text = file.count.bytes;
    expect(text).to.be.lessThan(size * 0.6);
    await file.read(["image"], 30, 31, (leaf) => leaf.at(-1) === "bytes");
    const table = file.count;
    // Page headers are found once; after that an image costs the pages it lies in.
    await file.read(["image"], 50, 51, (leaf) => leaf.at(-1) === "bytes");
    expect(file.count.reads - table.reads).to.be.at.most(2);
    expect(file.count.bytes - table.bytes).to.be.lessThan(2000);
  });

  it("are none at all while samples without images are read again in the same rows", async () => {
    const file = await ParquetFile.open(join(fixtures, "plain.parquet"));
    await file.read(["question"], 0, 60);
    const before = file.count;
    await file.read(["question"], 20, 40);
    expect(file.count).to.deep.equal(before);
  });

  it("take no image into a record set: images stay places", async () => {
    const set = await parquetRecords({ path: join(fixtures, "plain.parquet"), columns: undefined });
    for await (const { value } of set.read()) expect(value).not.to.have.property("image");
  });
});
