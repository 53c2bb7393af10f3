import { readdir, readFile } from "node:fs/promises";
import { isRarlError, randomStream } from "@rarl-sdk/core";
import { mutateBytes } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { decodeImage } from "../src/index.js";
import { fixture } from "./support/fixtures.js";

const files = 10_000;
const expectedCodes = ["IMAGE_UNREADABLE", "IMAGE_TOO_LARGE"];

describe("decodeImage of damaged DICOM", () => {
  it(`gives an image or an error of the catalogue for ${files} damaged files, and nothing of the header`, async () => {
    const names = (await readdir(fixture("dicom"))).sort();
    const seeds = await Promise.all(names.map((name) => readFile(fixture(`dicom/${name}`))));
    const random = randomStream(20);
    let refused = 0;
    for (let round = 0; round < files; round++) {
      const bytes = mutateBytes(seeds[round % seeds.length]!, random.fork(round));
      const label = `${names[round % names.length]!} round ${round}`;
      try {
        const { data, width, height } = await decodeImage({ bytes, label }, { pixelLimit: 1_000_000 });
        expect(data.length, label).to.equal(width * height * 3);
      } catch (error) {
        if (!isRarlError(error)) throw error;
        expect(error.code, label).to.be.oneOf(expectedCodes);
        expect(error.message, label).not.to.contain("PATIENT");
        expect(error.cause, label).to.equal(undefined);
        refused++;
      }
    }
    // Of the rest the damage hit something that is not read, or pixel values.
    expect(refused)
      .to.be.greaterThan(files / 10)
      .and.lessThan(files);
  });
});
