import { expect } from "chai";
import { PageBuffers } from "../../src/parquet/page-buffers.js";
import type { BytePage } from "../../src/parquet/byte-page.js";
import type { DataPage } from "../../src/parquet/page-table.js";

const page = (length: number): DataPage => ({
  kind: "v1",
  start: 4,
  compressedLength: length,
  length,
  values: 0,
  nulls: 0,
  encoding: "PLAIN",
  repetitionLength: 0,
  definitionLength: 0,
  isCompressed: true,
  firstRow: 0,
  rows: 0,
  startsMidRow: false,
});
const content = (body: Uint8Array): BytePage => ({
  body,
  starts: new Uint32Array(),
  levels: new Uint8Array(),
});
const mebibyte = 2 ** 20;

describe("PageBuffers", () => {
  /** Keeps pages of these lengths, one after another. */
  function keep(buffers: PageBuffers, lengths: readonly number[]) {
    return lengths.map((length) => {
      const kept = page(length);
      const buffer = buffers.claim(length);
      buffers.keep(kept, content(buffer.subarray(0, length)), buffer);
      return { kept, memory: buffer.buffer };
    });
  }

  it("reads one large page after another into the same memory", () => {
    const lengths = Array.from({ length: 50 }, (_, index) => (16 + (index % 3) / 10) * mebibyte);
    expect(new Set(keep(new PageBuffers(), lengths).map(({ memory }) => memory)).size).to.equal(1);
  });

  it("keeps small pages, and of them those used last", () => {
    const buffers = new PageBuffers();
    const pages = keep(
      buffers,
      Array.from({ length: 8 }, () => mebibyte),
    ).map(({ kept }) => kept);
    expect(buffers.find(pages[0]!)).not.to.equal(null);
    const [next] = keep(buffers, [mebibyte]);
    expect(buffers.find(pages[0]!)).not.to.equal(null);
    expect(buffers.find(pages[1]!)).to.equal(null);
    expect(buffers.find(next!.kept)).not.to.equal(null);
  });

  it("keeps one page alone that is larger than all of them together may be", () => {
    const buffers = new PageBuffers();
    const [small, large] = keep(buffers, [mebibyte, 40 * mebibyte]);
    expect(buffers.find(small!.kept)).to.equal(null);
    expect(buffers.find(large!.kept)).not.to.equal(null);
    const [other] = keep(buffers, [mebibyte]);
    expect(buffers.find(large!.kept)).to.equal(null);
    expect(other!.memory).not.to.equal(large!.memory);
  });

  it("runs what shares the buffers one after another, also after a failure", async () => {
    const buffers = new PageBuffers();
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (name === "b") throw new Error("damaged");
      return name;
    };
    const results = await Promise.allSettled(["a", "b", "c"].map((name) => buffers.alone(task(name))));
    expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    expect(order).to.deep.equal(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});
