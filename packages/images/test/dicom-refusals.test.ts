import { readFile } from "node:fs/promises";
import { deflateRawSync } from "node:zlib";
import { expect } from "chai";
import { decodeImage } from "../src/index.js";
import { fixture, rejection } from "./support/fixtures.js";

/** A copy of a fixture with other values in elements of 16 bits, explicit little endian. */
async function withShorts(name: string, changes: Readonly<Record<string, number>>): Promise<Buffer> {
  const bytes = await readFile(fixture(`dicom/${name}.dcm`));
  for (const [tag, value] of Object.entries(changes)) {
    const header = Buffer.alloc(8);
    header.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
    header.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
    header.write("US", 4, "latin1");
    header.writeUInt16LE(2, 6);
    const at = bytes.indexOf(header);
    expect(at, tag).to.be.greaterThan(0);
    bytes.writeUInt16LE(value, at + 8);
  }
  return bytes;
}

const reasonOf = async (bytes: Uint8Array): Promise<string> => {
  const error = await rejection(decodeImage({ bytes, label: "scan.dcm" }));
  expect(error.code).to.equal("IMAGE_UNREADABLE");
  expect(error.message).to.contain("scan.dcm").and.not.contain("PATIENT");
  return error.message;
};

describe("decodeImage refuses DICOM", () => {
  it("of absurd size, before it decodes, stored or compressed", async () => {
    for (const name of [
      "ct-explicit",
      "jpeg-2000-16",
      "jpeg-ls-16",
      "jpeg-lossless-16",
      "rle-16",
      "jpeg-grey",
    ]) {
      const bytes = await withShorts(name, { "00280010": 65_000, "00280011": 65_000 });
      const error = await rejection(decodeImage({ bytes, label: "bomb.dcm" }));
      expect(error.code, name).to.equal("IMAGE_TOO_LARGE");
      expect(error.message).to.contain("65000 x 65000");
    }
  });

  it("whose compressed stream is of another size than its header says", async () => {
    for (const name of ["jpeg-2000-16", "jpeg-ls-16", "jpeg-lossless-16", "jpeg-grey"]) {
      const reason = await reasonOf(await withShorts(name, { "00280010": 20 }));
      expect(reason, name).to.contain("14 x 20 pixels").and.contain("14 x 10");
    }
  });

  it("with fewer pixels than its header says", async () => {
    expect(await reasonOf(await withShorts("ct-explicit", { "00280010": 20 }))).to.contain("cut off");
    expect(await reasonOf(await withShorts("rle-16", { "00280010": 20 }))).to.contain("cut off");
  });

  it("cut off at any place", async () => {
    for (const name of [
      "ct-explicit",
      "rle-8",
      "jpeg-lossless-12",
      "jpeg-ls-8",
      "jpeg-2000-8",
      "jpeg-grey",
    ]) {
      const bytes = await readFile(fixture(`dicom/${name}.dcm`));
      for (const share of [0.3, 0.6, 0.8, 0.95]) await reasonOf(bytes.subarray(0, bytes.length * share));
    }
  });

  it("whose compressed data are zeros from some place on", async () => {
    for (const name of ["rle-16", "jpeg-lossless-12", "jpeg-ls-8", "jpeg-2000-8", "jpeg-grey"]) {
      const bytes = await readFile(fixture(`dicom/${name}.dcm`));
      const pixelData = bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]));
      bytes.fill(0, Math.floor((pixelData + bytes.length) / 2), bytes.length - 8);
      expect(await reasonOf(bytes), name).to.contain("damaged");
    }
  });

  it("of a transfer syntax that is not read, naming it", async () => {
    const bytes = await readFile(fixture("dicom/jpeg-2000-8.dcm"));
    bytes.write("1.2.840.10008.1.2.4.92", bytes.indexOf("1.2.840.10008.1.2.4.90"), "latin1");
    expect(await reasonOf(bytes))
      .to.contain("1.2.840.10008.1.2.4.92")
      .and.contain("JPEG 2000");
  });

  it("that inflates beyond any image", async () => {
    const bytes = await readFile(fixture("dicom/ct-deflated.dcm"));
    const meta = bytes.indexOf("1.2.840.10008.1.2.1.99") + 22;
    const bomb = Buffer.concat([
      bytes.subarray(0, meta),
      deflateRawSync(Buffer.alloc(2 ** 25), { level: 9 }),
    ]);
    const error = await rejection(decodeImage({ bytes: bomb, label: "bomb.dcm" }, { pixelLimit: 1_000_000 }));
    expect(error.code).to.equal("IMAGE_UNREADABLE");
    expect(error.message).to.contain("grow beyond 20777216 bytes");
  });

  it("whose pixel data would keep a decoder busy for seconds, and reads the images after it", async () => {
    // A prefix code that ends in zeros: the codec alone goes over it two thousand million times.
    const bytes = await readFile(fixture("damaged/jpeg-ls-endless.dcm"));
    const sound = ["jpeg-ls-near", "jpeg-2000-8", "jpeg-lossless-16"].map((name) =>
      fixture(`dicom/${name}.dcm`),
    );
    const before = await Promise.all(sound.map((path) => decodeImage({ path })));
    const [reason, ...after] = await Promise.all([
      reasonOf(bytes),
      ...sound.map((path) => decodeImage({ path })),
    ]);
    expect(reason).to.contain("keep the decoder busy without end");
    expect(after).to.deep.equal(before);
  });

  it("in JPEG with more scans than components, or progressive", async () => {
    const bytes = await readFile(fixture("dicom/jpeg-grey.dcm"));
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
    const again = Buffer.concat([bytes.subarray(0, end), bytes.subarray(scan, end), bytes.subarray(end)]);
    again.writeUInt32LE(
      bytes.readUInt32LE(again.indexOf(Buffer.from([0xff, 0xd8, 0xff])) - 4) + end - scan,
      again.indexOf(Buffer.from([0xff, 0xd8, 0xff])) - 4,
    );
    expect(await reasonOf(again)).to.contain("JPEG pixel data are cut off or damaged");
    bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc2;
    expect(await reasonOf(bytes)).to.contain("progressive");
  });

  it("in RLE that is too short for its size, before memory is reserved", async () => {
    const bytes = await withShorts("rle-8", { "00280010": 13_000, "00280011": 13_000 });
    expect(await reasonOf(bytes)).to.contain("cut off");
  });

  it("of several frames, or of a depth or colour that is not read", async () => {
    expect(await reasonOf(await withShorts("ct-explicit", { "00280100": 12 }))).to.contain("bits");
    expect(await reasonOf(await withShorts("ct-explicit", { "00280002": 3 }))).to.contain("contradicts");
    const bytes = await readFile(fixture("dicom/rgb.dcm"));
    bytes.write("XYZ ", bytes.indexOf("RGB "), "latin1");
    expect(await reasonOf(bytes))
      .to.contain("photometric")
      .and.not.contain("XYZ");
  });
});
