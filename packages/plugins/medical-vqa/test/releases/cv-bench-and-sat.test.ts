import { join } from "node:path";
import { expect } from "chai";
import type { ImageSource } from "@rarl-sdk/core";
import { opened } from "../support/release-of.js";

const fixtures = join(import.meta.dirname, "../fixtures");

async function bytesOf(image: ImageSource | undefined): Promise<Uint8Array> {
  if (image === undefined || !("read" in image)) throw new Error("no image to read");
  return image.read();
}

const isPng = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1", 1, 4) === "PNG";

describe("data source cv-bench", () => {
  const open = (options: object = {}) =>
    opened("cv-bench", { path: "cv-bench", onProblem: "skip", ...options }, fixtures);

  it("reads both files, letters as options, and images when they are wanted", async () => {
    const { dataset, samples } = await open();
    expect(dataset.name).to.equal("cv-bench");
    expect(samples.map(({ id, answer, choices, kind }) => [id, answer, choices, kind])).to.deep.equal([
      ["2d-0", "1", ["0", "3", "2", "1"], "choice"],
      ["2d-1", "below", ["above", "below"], "choice"],
      ["3d-0", "chair", ["chair", "desk"], "choice"],
    ]);
    expect(samples[2]!.meta).to.deep.equal({ questionType: "Depth", dimension: "3D", source: "Omni3D" });
    for (const { images } of samples) expect(isPng(await bytesOf(images[0]))).to.equal(true);
  });

  it("reports a letter beyond the options and a missing image", async () => {
    const { problems } = (await open()).dataset;
    expect(problems.map(({ file, record }) => [file.slice(-15), record])).to.deep.equal([
      ["test_2d.parquet", 3],
      ["test_3d.parquet", 2],
    ]);
    expect(problems[0]!.message).to.contain("none of the choices");
    expect(problems[1]!.message).to.contain("no bytes");
  });

  it("filters by task", async () => {
    const { samples, dataset } = await open({ filter: { questionType: ["count", "relation"] } });
    expect(samples.map(({ id }) => id)).to.deep.equal(["2d-0", "2d-1"]);
    expect(dataset.leftOut).to.equal(1);
  });
});

describe("data source sat", () => {
  for (const file of ["SAT_static", "SAT_structs"]) {
    it(`reads ${file}: lists of images, options and their type`, async () => {
      const { dataset, samples } = await opened(
        "sat",
        { path: `sat/${file}.parquet`, onProblem: "skip" },
        fixtures,
      );
      expect(
        samples.map(({ id, answer, kind, images, meta }) => [
          id,
          answer,
          kind,
          images.length,
          meta.questionType,
        ]),
      ).to.deep.equal([
        [`${file}-1`, "left", "choice", 1, "obj_movement"],
        [`${file}-2`, "rotated left", "choice", 2, "action_sequence"],
      ]);
      const [first, second] = await Promise.all(samples[1]!.images.map(bytesOf));
      expect(isPng(first!) && isPng(second!)).to.equal(true);
      expect(first).not.to.deep.equal(second);
      expect(
        dataset.problems.map(({ record, message }) => [
          record,
          message.includes("choices") || message.includes("bytes"),
        ]),
      ).to.deep.equal([
        [3, true],
        [4, true],
      ]);
    });
  }
});
