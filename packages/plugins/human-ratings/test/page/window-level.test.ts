import { expect } from "chai";
import { byteScale, identityWindow, lookupTable, shiftWindow } from "../../src/page/window-level.js";

const deepScale = { maximum: 65535, slope: 1, intercept: 0 } as const;

describe("window and level", () => {
  it("shows 8-bit values as they are at first", () => {
    const table = lookupTable(identityWindow, byteScale, false);
    expect([...table]).to.deep.equal(Array.from({ length: 256 }, (_, value) => value));
  });

  it("inverts", () => {
    const table = lookupTable(identityWindow, byteScale, true);
    expect([table[0], table[100], table[255]]).to.deep.equal([255, 155, 0]);
  });

  it("follows DICOM's linear function: the example of PS3.3 C.11.2.1.2.1 with centre 2048 and width 4096", () => {
    // y = ((x - 2047.5) / 4095 + 0.5) * (ymax - ymin) + ymin, 0 up to x = 0 and ymax from x = 4095 on.
    const table = lookupTable({ center: 2048, width: 4096 }, deepScale, false);
    expect([table[0], table[4095], table[4096], table[65535]]).to.deep.equal([0, 255, 255, 255]);
    expect(table[1024]).to.equal(Math.round(((1024 - 2047.5) / 4095 + 0.5) * 255));
  });

  it("is in the units that stored values stand for, such as Hounsfield's", () => {
    const hounsfield = { maximum: 65535, slope: 1, intercept: -1024 } as const;
    const table = lookupTable({ center: 40, width: 401 }, hounsfield, false);
    const at = (value: number) => table[value + 1024];
    expect([at(-161), at(-160), at(40), at(239), at(240), at(3000)]).to.deep.equal([
      0, 0, 128, 255, 255, 255,
    ]);
    expect(shiftWindow({ center: 40, width: 401 }, { center: -9999 }, hounsfield).center).to.equal(-1024);
  });

  it("never becomes narrower than two values or leaves the stored range", () => {
    const narrow = shiftWindow(identityWindow, { width: -1000 }, byteScale);
    expect(narrow.width).to.equal(2);
    expect([...lookupTable(narrow, byteScale, false)].every(Number.isFinite)).to.equal(true);
    expect(shiftWindow(identityWindow, { center: 9999 }, byteScale).center).to.equal(256);
    expect(shiftWindow(identityWindow, { center: -9999 }, byteScale).center).to.equal(0);
  });
});
