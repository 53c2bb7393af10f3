import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import sharp from "sharp";
import { prepareImage } from "../src/prepare-image.js";
import { EvaluationFolders } from "./support/evaluation.js";
import { expectError } from "./support/expect-error.js";

describe("images for the page", () => {
  let folders: EvaluationFolders;

  before(async () => {
    folders = await EvaluationFolders.create();
  });

  after(() => folders.remove());

  it("sends 8-bit files as they are", async () => {
    const file = await folders.image("grey.png", 4, 3, (x) => 60 * x);
    const prepared = await prepareImage(file);
    expect(prepared).to.include({ type: "image/png", deep: null });
    expect(Buffer.compare(prepared.bytes, await readFile(file))).to.equal(0);
  });

  it("keeps all bits of 16-bit grey, in two channels", async () => {
    const values = Uint16Array.from([0, 255, 256, 1234, 40000, 65535]);
    const file = folders.path("deep.png");
    await sharp(values, { raw: { width: 3, height: 2, channels: 1 } })
      .toColourspace("grey16")
      .png()
      .toFile(file);
    const { bytes, deep } = await prepareImage(file);
    expect(deep).to.include({ slope: 1, intercept: 0, isInverted: false });
    expect(deep!.window).to.deep.equal({ center: 32768, width: 65536 });
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const unpacked = Array.from(
      values,
      (_, index) => data[index * info.channels]! * 256 + data[index * info.channels + 1]!,
    );
    expect(unpacked).to.deep.equal([...values]);
  });

  it("makes PNG of what browsers do not show", async () => {
    const file = folders.path("scan.tiff");
    await sharp(await readFile(await folders.image("a.png", 5, 4, () => 90)))
      .tiff()
      .toFile(file);
    const { bytes, type, deep } = await prepareImage(file);
    expect({ type, deep }).to.deep.equal({ type: "image/png", deep: null });
    expect(await sharp(bytes).metadata()).to.include({ format: "png", width: 5, height: 4 });
  });

  it("scales down what a canvas cannot hold", async () => {
    const file = await folders.image("wide.png", 16400, 2, () => 90);
    expect(await sharp((await prepareImage(file)).bytes).metadata()).to.include({ width: 8192, height: 1 });
  });

  it("says what is wrong with a file", async () => {
    await expectError("IMAGE_MISSING", () => prepareImage(folders.path("nowhere.png")));
    await writeFile(folders.path("broken.png"), "no image");
    await expectError("IMAGE_UNREADABLE", () => prepareImage(folders.path("broken.png")));
    await writeFile(folders.path("empty.png"), "");
    await expectError("IMAGE_UNREADABLE", () => prepareImage(folders.path("empty.png")));
  });
});
