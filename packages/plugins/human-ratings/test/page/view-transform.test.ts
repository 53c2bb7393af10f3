import { expect } from "chai";
import { actualSize, fit, pan, zoomAt } from "../../src/page/view-transform.js";

const image = { width: 400, height: 200 };
const canvas = { width: 800, height: 800 };

describe("zoom and pan", () => {
  it("fits the whole image into the canvas, centred", () => {
    expect(fit(image, canvas)).to.deep.equal({ scale: 2, x: 0, y: 200 });
  });

  it("shows one image pixel a CSS pixel at actual size", () => {
    expect(actualSize(image, canvas)).to.deep.equal({ scale: 1, x: 200, y: 300 });
  });

  it("keeps the point under the pointer where it is", () => {
    const before = fit(image, canvas);
    const after = zoomAt(before, 1.5, 500, 420, image, canvas);
    const pixel = (500 - before.x) / before.scale;
    expect(after.scale).to.equal(3);
    expect(pixel * after.scale + after.x).to.be.closeTo(500, 1e-9);
  });

  it("has a largest and a smallest scale", () => {
    const view = fit(image, canvas);
    expect(zoomAt(view, 1e6, 0, 0, image, canvas).scale).to.equal(32);
    expect(zoomAt(view, 1e-6, 0, 0, image, canvas).scale).to.equal(1);
  });

  it("never loses the image out of sight", () => {
    const away = pan(fit(image, canvas), 1e6, -1e6, image, canvas);
    expect(away.x).to.be.lessThan(canvas.width);
    expect(away.y + image.height * away.scale).to.be.greaterThan(0);
  });
});
