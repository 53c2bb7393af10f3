import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRarlError, randomStream } from "@rarl-sdk/core";
import { mutateBytes } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { ParquetFile } from "../../src/parquet/parquet-file.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const files = 10_000;
const fixtures = join(import.meta.dirname, "../fixtures/parquet");
/** Fixtures have 56 kB; a decoder that is misled reserves far more. */
const heldBytesLimit = 64 * 2 ** 20;

describe("ParquetFile on damaged files", () => {
  const folder = temporaryFolder();

  it(`gives rows or an error of the catalogue for ${files} damaged files, within bounds`, async () => {
    const names = (await readdir(fixtures)).sort();
    const seeds = await Promise.all(names.map((name) => readFile(join(fixtures, name))));
    const random = randomStream(21);
    const path = join(folder.path, "damaged.parquet");
    let refused = 0;
    for (let round = 0; round < files; round++) {
      const label = `${names[round % names.length]!} round ${round}`;
      await writeFile(path, mutateBytes(seeds[round % seeds.length]!, random.fork(round)));
      try {
        const parquet = await ParquetFile.open(path);
        const rows = await parquet.read(parquet.columns, 0, Math.min(parquet.rows, 100));
        expect(rows.length, label).to.be.at.most(100);
        expect(parquet.count.bytes, label).to.be.lessThan(heldBytesLimit);
      } catch (error) {
        if (!isRarlError(error)) throw error;
        expect(error.code, label).to.equal("DATA_INVALID");
        expect(error.message, label).to.contain(path);
        refused++;
      }
    }
    // Damage to values alone goes unnoticed by the format.
    expect(refused)
      .to.be.greaterThan(files / 10)
      .and.lessThan(files);
  });
});
