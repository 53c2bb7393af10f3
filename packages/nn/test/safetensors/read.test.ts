import { copyFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openSafetensors } from "../../src/safetensors/safetensors-file.js";
import { catalogueError, rawSafetensors, temporaryFolder } from "./support.js";

const reference = fileURLToPath(new URL("../fixtures/safetensors/reference.safetensors", import.meta.url));

describe("reading a safetensors file", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function problemOf(bytes: Uint8Array): Promise<string> {
    const file = join(folder.path, "broken.safetensors");
    await writeFile(file, bytes);
    const error = await catalogueError(openSafetensors(file));
    expect(error.code).to.equal("SAFETENSORS_INVALID");
    expect(error.message).to.include(file);
    return error.message;
  }

  it("reads every readable dtype of a file written by the reference implementation", async () => {
    const source = await openSafetensors(reference);
    try {
      expect(source.metadata).to.deep.equal({ format: "pt" });
      expect(source.info("layer.bf16")).to.deep.equal({ dtype: "BF16", shape: [26], file: reference });
      const values = async (name: string) => Array.from(await source.read(name));
      expect(await values("odd.bf16")).to.deep.equal([0.5, -0.25, 8]);
      expect((await values("layer.f16")).slice(0, 4)).to.deep.equal([0, -0, 1, -1.5]);
      expect((await values("layer.f32")).map((value) => value.toFixed(3))).to.deep.equal([
        "-2.000",
        "-1.200",
        "-0.400",
        "0.400",
        "1.200",
        "2.000",
      ]);
      expect(await values("scalar")).to.deep.equal([4.5]);
      expect(await values("empty")).to.deep.equal([]);
      expect(await values("positions")).to.deep.equal([3, -7, 2 ** 40]);
      expect(await values("counts")).to.deep.equal([1, -2]);
      expect(await values("mask")).to.deep.equal([1, 0, 1]);
    } finally {
      await source.close();
    }
  });

  it("names file, tensor, expected and found shape of a wrong shape, and accepts -1 for any size", async () => {
    const source = await openSafetensors(reference);
    try {
      expect(source.expectShape("layer.f32", [-1, 3]).shape).to.deep.equal([2, 3]);
      const error = await catalogueError(() => source.expectShape("layer.f32", [3, 2]));
      expect(error.code).to.equal("TENSOR_SHAPE");
      expect(error.message)
        .to.include(reference)
        .and.include('"layer.f32"')
        .and.include("[2, 3]")
        .and.include("[3, 2]");
      expect((await catalogueError(source.read("absent"))).code).to.equal("TENSOR_MISSING");
    } finally {
      await source.close();
    }
  });

  it("says which file is missing", async () => {
    const error = await catalogueError(openSafetensors(join(folder.path, "none.safetensors")));
    expect(error.code).to.equal("CHECKPOINT_FILE_MISSING");
    expect(error.message).to.include("none.safetensors");
  });

  it("says which file the system will not open", async () => {
    const file = join(folder.path, "file");
    await writeFile(file, "");
    const error = await catalogueError(openSafetensors(join(file, "model.safetensors")));
    expect(error.code).to.equal("CHECKPOINT_FILE_UNREADABLE");
  });

  it("refuses a folder in place of a file", async () => {
    expect((await catalogueError(openSafetensors(folder.path))).code).to.equal("SAFETENSORS_INVALID");
  });

  it("refuses truncated data before reading any of it", async () => {
    const file = join(folder.path, "cut.safetensors");
    await copyFile(reference, file);
    await truncate(file, 700);
    const error = await catalogueError(openSafetensors(file));
    expect(error.message).to.match(/cut off: \d+ bytes are there, the tensors need \d+/);
  });

  it("notices a file that is cut after it was opened", async () => {
    const file = join(folder.path, "cut-later.safetensors");
    await copyFile(reference, file);
    const source = await openSafetensors(file);
    try {
      await truncate(file, 700);
      expect((await catalogueError(source.read("mask"))).code).to.equal("SAFETENSORS_INVALID");
    } finally {
      await source.close();
    }
  });

  const entry = (begin: number, end: number, more = {}) => ({
    dtype: "F32",
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
    ...more,
  });
  const header = (value: unknown) => rawSafetensors(JSON.stringify(value), new Uint8Array(16));
  const broken: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ["an empty file", new Uint8Array(0), /too few/],
    ["a truncated header", rawSafetensors("{}", new Uint8Array(0), 100n), /header is cut off/],
    ["a header above 100 MB", rawSafetensors("{}", new Uint8Array(0), 100_000_001n), /at most 100000000/],
    ["a header of 2^63 bytes", rawSafetensors("{}", new Uint8Array(0), 1n << 63n), /at most 100000000/],
    ["a header that is not JSON", rawSafetensors("{not json"), /not JSON/],
    ["a header that is not UTF-8", new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 0xff]), /not JSON/],
    ["a header that is a list", rawSafetensors("[]"), /not a JSON object/],
    ["an unknown dtype", header({ a: entry(0, 16, { dtype: "F33" }) }), /unknown dtype "F33"/],
    [
      "a dtype named like a property of objects",
      header({ a: entry(0, 16, { dtype: "toString" }) }),
      /unknown dtype/,
    ],
    ["overlapping tensors", header({ a: entry(0, 12), b: entry(8, 16) }), /"b" overlaps/],
    ["a hole between tensors", header({ a: entry(0, 4), b: entry(8, 16) }), /4 bytes before tensor "b"/],
    ["bytes after the last tensor", header({ a: entry(0, 12) }), /4 bytes after/],
    ["offsets beyond the file", header({ a: entry(0, 32) }), /need 32/],
    ["negative offsets", header({ a: entry(-16, 0) }), /no valid (shape|data_offsets)/],
    ["offsets that go backwards", header({ a: entry(0, 16, { data_offsets: [16, 0] }) }), /ends before/],
    ["a shape that needs other bytes", header({ a: entry(0, 16, { shape: [3] }) }), /need 12/],
    [
      "a shape whose size overflows",
      header({ a: entry(0, 16, { shape: [2 ** 50, 2 ** 50] }) }),
      /shape and dtype/,
    ],
    ["a fractional shape", header({ a: entry(0, 16, { shape: [1.5] }) }), /no valid shape/],
    ["metadata that is not strings", header({ __metadata__: { a: 1 }, a: entry(0, 16) }), /__metadata__/],
  ];
  for (const [what, bytes, message] of broken) {
    it(`refuses ${what}`, async () => {
      expect(await problemOf(bytes)).to.match(message);
    });
  }
});
