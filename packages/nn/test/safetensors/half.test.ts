import { readFileSync } from "node:fs";
import { expect } from "chai";
import { bf16ToFloat, f16ToFloat, floatToBf16, floatToF16 } from "../../src/safetensors/half.js";

type Words = readonly number[];
const reference = JSON.parse(
  readFileSync(new URL("../fixtures/safetensors/safetensors.json", import.meta.url), "utf8"),
) as Record<"edges" | "bf16" | "f16" | "bf16Expanded" | "f16Expanded", Words>;

/** NaN has many bit patterns; one stands for all. */
function withOneNaN(words: Iterable<number>, isNaN: (word: number) => boolean): number[] {
  return Array.from(words, (word) => (isNaN(word) ? -1 : word));
}
const isNaN32 = (word: number) => (word & 0x7fffffff) > 0x7f800000;
const isNaNF16 = (word: number) => (word & 0x7fff) > 0x7c00;
const isNaNBf16 = (word: number) => (word & 0x7fff) > 0x7f80;

function floats(words: Words): Float32Array {
  return new Float32Array(Uint32Array.from(words).buffer);
}

describe("16-bit floats", () => {
  it("rounds float32 to bfloat16 as PyTorch does", () => {
    const halves = new Uint16Array(reference.edges.length);
    floatToBf16(floats(reference.edges), halves);
    expect(withOneNaN(halves, isNaNBf16)).to.deep.equal(withOneNaN(reference.bf16, isNaNBf16));
  });

  it("rounds float32 to float16 as PyTorch does, subnormals and infinities included", () => {
    const halves = new Uint16Array(reference.edges.length);
    floatToF16(floats(reference.edges), halves);
    expect(withOneNaN(halves, isNaNF16)).to.deep.equal(withOneNaN(reference.f16, isNaNF16));
  });

  it("expands both formats to the same float32 bits as PyTorch", () => {
    for (const [expand, from, to] of [
      [bf16ToFloat, reference.bf16, reference.bf16Expanded],
      [f16ToFloat, reference.f16, reference.f16Expanded],
    ] as const) {
      const target = new Float32Array(from.length);
      expand(Uint16Array.from(from), target);
      expect(withOneNaN(new Uint32Array(target.buffer), isNaN32)).to.deep.equal(withOneNaN(to, isNaN32));
    }
  });

  it("brings back every 16-bit pattern but NaN after expanding and rounding", () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, word) => word);
    for (const [expand, round, isNaN] of [
      [bf16ToFloat, floatToBf16, isNaNBf16],
      [f16ToFloat, floatToF16, isNaNF16],
    ] as const) {
      const wide = new Float32Array(all.length);
      const back = new Uint16Array(all.length);
      expand(all, wide);
      round(wide, back);
      expect(withOneNaN(back, isNaN)).to.deep.equal(withOneNaN(all, isNaN));
    }
  });
});
