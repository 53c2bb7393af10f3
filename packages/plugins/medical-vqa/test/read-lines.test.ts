import { expect } from "chai";
import { readLines, type FileLine } from "../src/jsonl/read-lines.js";

/** The lines of `text` when it arrives in chunks of `chunkBytes`. */
async function linesOf(text: string, chunkBytes: number, maxBytes = 1000): Promise<FileLine[]> {
  const bytes = Buffer.from(text);
  // eslint-disable-next-line @typescript-eslint/require-await -- a byte stream is asynchronous
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += chunkBytes)
      yield bytes.subarray(start, start + chunkBytes);
  }
  const lines: FileLine[] = [];
  for await (const line of readLines(chunks(), maxBytes)) lines.push(line);
  return lines;
}

describe("readLines", () => {
  it("gives the same lines and offsets however the bytes are cut", async () => {
    const text = "ab\r\n\n肺部\nlong line here\n\nend";
    for (let chunkBytes = 1; chunkBytes <= Buffer.byteLength(text); chunkBytes++) {
      const lines = await linesOf(text, chunkBytes);
      expect(lines.map((line) => line.bytes?.toString())).to.deep.equal(text.split("\n"));
      expect(lines.map((line) => line.number)).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(lines.map((line) => line.terminated)).to.deep.equal([true, true, true, true, true, false]);
      for (const { offset, bytes } of lines) {
        expect(Buffer.from(text).subarray(offset, offset + bytes!.length)).to.deep.equal(bytes);
      }
    }
  });

  it("has no line after the last line feed, and none in an empty file", async () => {
    expect(await linesOf("a\n", 4)).to.have.length(1);
    expect(await linesOf("", 4)).to.deep.equal([]);
  });

  it("lets go of a line over the limit and goes on behind it", async () => {
    for (const chunkBytes of [1, 3, 50]) {
      const lines = await linesOf(`ok\n${"x".repeat(11)}\n${"y".repeat(10)}\n`, chunkBytes, 10);
      expect(lines.map((line) => line.bytes?.toString())).to.deep.equal(["ok", undefined, "y".repeat(10)]);
      expect(lines.map((line) => line.offset)).to.deep.equal([0, 3, 15]);
    }
  });
});
