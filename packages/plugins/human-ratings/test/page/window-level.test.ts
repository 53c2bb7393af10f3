import { expect } from "chai";
import { identityWindow, lookupTable, shiftWindow, windowOf } from "../../src/page/window-level.js";

describe("window and level", () => {
  it("shows 8-bit values as they are at first", () => {
    const table = lookupTable(identityWindow, 255, false);
    expect([...table]).to.deep.equal(Array.from({ length: 256 }, (_, value) => value));
  });

  it("inverts", () => {
    const table = lookupTable(identityWindow, 255, true);
    expect([table[0], table[100], table[255]]).to.deep.equal([255, 155, 0]);
  });

  it("follows DICOM's linear function: the example of PS3.3 C.11.2.1.2.1 with centre 2048 and width 4096", () => {
    // y = ((x - 2047.5) / 4095 + 0.5) * (ymax - ymin) + ymin, 0 up to x = 0 and ymax from x = 4095 on.
    const table = lookupTable({ center: 2048, width: 4096 }, 65535, false);
    expect([table[0], table[4095], table[4096], table[65535]]).to.deep.equal([0, 255, 255, 255]);
    expect(table[1024]).to.equal(Math.round(((1024 - 2047.5) / 4095 + 0.5) * 255));
  });

  it("spans the values that occur in a 16-bit image", () => {
    const table = lookupTable(windowOf(1000, 3000), 65535, false);
    expect([table[999], table[1000], table[2000], table[3000], table[3001]]).to.deep.equal([
      0, 0, 128, 255, 255,
    ]);
  });

  it("never becomes narrower than two values or leaves the stored range", () => {
    const narrow = shiftWindow(identityWindow, { width: -1000 }, 255);
    expect(narrow.width).to.equal(2);
    expect([...lookupTable(narrow, 255, false)].every(Number.isFinite)).to.equal(true);
    expect(shiftWindow(identityWindow, { center: 9999 }, 255).center).to.equal(256);
    expect(shiftWindow(identityWindow, { center: -9999 }, 255).center).to.equal(0);
  });
});
