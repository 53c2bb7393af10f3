import { expect } from "chai";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJsonl } from "../../src/files/jsonl-reader.js";
import { JsonlWriter } from "../../src/files/jsonl-writer.js";
import { truncateJsonl } from "../../src/files/truncate-jsonl.js";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

async function readAll(file: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { value } of readJsonl(file)) values.push(value);
  return values;
}

describe("append-only JSONL files", () => {
  it("hold each record as soon as it is appended", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "metrics.jsonl");
      const writer = await JsonlWriter.open(file);
      await writer.append({ step: 1, text: "ein\nTag 🩻" });
      expect(await readAll(file)).to.deep.equal([{ step: 1, text: "ein\nTag 🩻" }]);
      await writer.append({ step: 2 }, { step: 3, loss: Number.NaN });
      await writer.close();
      expect(await readAll(file)).to.deep.equal([
        { step: 1, text: "ein\nTag 🩻" },
        { step: 2 },
        { step: 3, loss: null },
      ]);
    }));

  it("tolerate a torn last line, and appending cuts it off", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "metrics.jsonl");
      await writeFile(file, '{"step":1}\n{"step":2,"los');
      expect(await readAll(file)).to.deep.equal([{ step: 1 }]);
      const writer = await JsonlWriter.open(file);
      await writer.append({ step: 2 });
      await writer.close();
      expect(await readFile(file, "utf8")).to.equal('{"step":1}\n{"step":2}\n');
    }));

  it("cut a torn line longer than any buffer, with or without a line before it", () =>
    withTemporaryDirectory(async (directory) => {
      for (const before of ["", '{"step":1}\n']) {
        const file = join(directory, `long${before.length}.jsonl`);
        await writeFile(file, `${before}{"text":"${"x".repeat(200_000)}`);
        await (await JsonlWriter.open(file)).close();
        expect(await readFile(file, "utf8")).to.equal(before);
      }
    }));

  it("refuse a torn line in the middle by its number", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "metrics.jsonl");
      await writeFile(file, '{"step":1}\n{"step":2,"los\n{"step":3}\n');
      const error = await expectError("JSONL_INVALID", readAll(file));
      expect(error.message).to.contain(`${file}:2`);
      await writeFile(file, '{"step":1}\n17\n');
      await expectError("JSONL_INVALID", readAll(file));
    }));

  it("are truncated to the records that are kept", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "metrics.jsonl");
      const keep = ({ step }: Readonly<Record<string, unknown>>) => (step as number) <= 2;
      expect(await truncateJsonl(file, keep)).to.equal(0);
      await writeFile(file, '{"step":1}\n{"step":2}\n{"step":3}\n');
      await appendFile(file, '{"step":4,"x"');
      expect(await truncateJsonl(file, keep)).to.equal(1);
      expect(await readFile(file, "utf8")).to.equal('{"step":1}\n{"step":2}\n');
    }));
});
