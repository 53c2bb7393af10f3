import { expect } from "chai";
import { ParquetProblem } from "../../src/parquet/parquet-problem.js";
import { decompressSnappy } from "../../src/parquet/snappy.js";

/** An element's tag: a literal of up to 60 bytes, or a copy of up to 64 with an offset of 2 or 4 bytes. */
const literal = (text: string): number[] => [(text.length - 1) << 2, ...Buffer.from(text)];
const copy1 = (offset: number, length: number): number[] => [
  ((offset >> 8) << 5) | ((length - 4) << 2) | 1,
  offset & 0xff,
];
const copy2 = (offset: number, length: number): number[] => [
  ((length - 1) << 2) | 2,
  offset & 0xff,
  offset >> 8,
];
const copy4 = (offset: number, length: number): number[] => [
  ((length - 1) << 2) | 3,
  offset & 0xff,
  offset >> 8,
  0,
  0,
];
const decompressed = (length: number, ...elements: number[][]): string =>
  Buffer.from(
    decompressSnappy(Uint8Array.from([length, ...elements.flat()]), new Uint8Array(length)),
  ).toString();

describe("decompressSnappy", () => {
  it("copies from what it has made, also where that overlaps what it makes", () => {
    expect(decompressed(10, literal("ab"), copy1(2, 8))).to.equal("ababababab");
    expect(decompressed(9, literal("abc"), copy2(3, 3), copy4(6, 3))).to.equal("abcabcabc");
    expect(decompressed(7, literal("x"), copy2(1, 6))).to.equal("xxxxxxx");
  });

  it("takes literals whose length stands in bytes of its own", () => {
    const text = "q".repeat(300);
    const long = [61 << 2, 299 & 0xff, 299 >> 8, ...Buffer.from(text)];
    const bytes = Uint8Array.from([0xac, 0x02, ...long]);
    expect(Buffer.from(decompressSnappy(bytes, new Uint8Array(300))).toString()).to.equal(text);
  });

  it("refuses what reaches before its beginning, beyond its end or the data's, or is too short", () => {
    const damaged: [number, ...number[][]][] = [
      [6, literal("ab"), copy1(3, 4)],
      [6, literal("ab"), copy2(0, 4)],
      [5, literal("ab"), copy1(2, 4)],
      [1, literal("ab")],
      [3, literal("ab")],
      [4, [3 << 2, 1, 2]],
      [2, literal("ab"), [2, 1]],
    ];
    for (const [length, ...elements] of damaged)
      expect(() => decompressed(length, ...elements), String(elements)).to.throw(ParquetProblem);
    expect(() => decompressSnappy(new Uint8Array(), new Uint8Array(1))).to.throw(ParquetProblem);
  });
});
