import { expect } from "chai";
import sharp from "sharp";
import { thumbnail } from "@rarl-sdk/images";

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 20, b: 20 } } })
    .png()
    .toBuffer();

describe("a thumbnail", () => {
  it("fits into its edge and keeps the shape", async () => {
    const bytes = await plain(400, 200);
    const { width, height, mediaType, ...rest } = await thumbnail({ bytes, label: "x" }, 100);
    expect({ width, height, mediaType }).to.deep.equal({ width: 100, height: 50, mediaType: "image/jpeg" });
    const { format } = await sharp(rest.bytes).metadata();
    expect(format).to.equal("jpeg");
  });

  it("does not enlarge a small image, nor lose any of it", async () => {
    const bytes = await plain(20, 30);
    const small = await thumbnail({ bytes, label: "x" }, 100);
    expect(small).to.include({ width: 20, height: 30, mediaType: "image/png" });
    const pixel = await sharp(small.bytes).raw().toBuffer();
    expect([...pixel.subarray(0, 3)]).to.deep.equal([200, 20, 20]);
  });
});
