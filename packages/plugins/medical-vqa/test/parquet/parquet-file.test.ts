import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { ParquetFile } from "../../src/parquet/parquet-file.js";

const folder = join(import.meta.dirname, "../fixtures");
const expected = JSON.parse(await readFile(join(folder, "parquet.json"), "utf8")) as {
  files: string[];
  rows: Record<string, unknown>[];
  bytesFiles: string[];
  bytesRows: Record<string, unknown>[];
};
const file = (name: string): string => join(folder, "parquet", `${name}.parquet`);

/** As the reference script writes values down. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return `sha256:${createHash("sha256").update(value).digest("hex").slice(0, 16)}`;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
  return value ?? null;
}

describe("ParquetFile", () => {
  for (const name of expected.files) {
    it(`reads ${name} as pyarrow does, whole and row by row`, async () => {
      const parquet = await ParquetFile.open(file(name));
      expect(parquet.rows).to.equal(expected.rows.length);
      expect(parquet.columns).to.deep.equal(Object.keys(expected.rows[0]!));
      const whole = await parquet.read(parquet.columns, 0, parquet.rows);
      expect(whole.map(plain)).to.deep.equal(expected.rows);
      for (const row of [59, 0, 17, 18, 30, 12, 13, 1]) {
        const [one] = await parquet.read(parquet.columns, row, row + 1);
        expect(plain(one), `row ${row}`).to.deep.equal(expected.rows[row]);
      }
      const some = await parquet.read(["question", "options"], 10, 35);
      expect(some.map(plain)).to.deep.equal(
        expected.rows.slice(10, 35).map(({ question, options }) => ({ question, options })),
      );
    });
  }

  for (const name of expected.bytesFiles) {
    it(`reads the bytes of ${name} as pyarrow does, at every depth at which they may be missing`, async () => {
      const parquet = await ParquetFile.open(file(name));
      const whole = await parquet.read(parquet.columns, 0, parquet.rows);
      expect(whole.map(plain)).to.deep.equal(expected.bytesRows);
      const order = Array.from({ length: parquet.rows }, (_, index) => (index * 11) % parquet.rows);
      for (const row of order) {
        const [one] = await parquet.read(parquet.columns, row, row + 1);
        expect(plain(one), `row ${row}`).to.deep.equal(expected.bytesRows[row]);
      }
    });
  }

  it("gives bytes that stay as they are while other pages are read, in other files and at once", async () => {
    const files = await Promise.all(expected.bytesFiles.map((name) => ParquetFile.open(file(name))));
    const reads = expected.bytesRows.flatMap((_, row) =>
      files.map(async (parquet) => (await parquet.read(["required", "deep"], row, row + 1))[0]),
    );
    const wanted = expected.bytesRows.map(({ required, deep }) => ({ required, deep }));
    const got = (await Promise.all(reads)).map(plain);
    expect(got).to.deep.equal(wanted.flatMap((row) => files.map(() => row)));
  });
});
