import { readFile } from "node:fs/promises";
import type { GreyWindow } from "@rarl-sdk/core";
import { expect } from "chai";
import { decodeImage } from "../src/index.js";
import { expectPixels, type DecodedCase } from "./support/decoded-case.js";
import { fixture, readFixture } from "./support/fixtures.js";

/** A file that the reference script wrote, and pydicom's pixels. */
interface Case extends DecodedCase {
  readonly syntax: string;
  readonly photometric: string;
  readonly window?: GreyWindow;
}

const { cases } = await readFixture<{ cases: Case[] }>("dicom.json");

describe("decodeImage of DICOM", () => {
  it("is tested on all the codings and photometric interpretations that are read", () => {
    expect(new Set(cases.map(({ syntax }) => syntax)).size).to.equal(13);
    expect(new Set(cases.map(({ photometric }) => photometric))).to.include.all.keys(
      "MONOCHROME1",
      "MONOCHROME2",
      "PALETTE COLOR",
      "RGB",
      "YBR_FULL",
      "YBR_FULL_422",
      "YBR_RCT",
    );
  });

  for (const expected of cases) {
    const { name, photometric, window } = expected;
    it(`decodes ${name} (${photometric}) to pydicom's pixels`, async () => {
      const path = fixture(`dicom/${name}.dcm`);
      expectPixels(await decodeImage({ path, ...(window && { window }) }), expected);
    });
  }

  it("takes bytes as it takes files", async () => {
    const path = fixture("dicom/ct-explicit.dcm");
    const bytes = await readFile(path);
    expect(await decodeImage({ bytes, label: "record 3" })).to.deep.equal(await decodeImage({ path }));
  });
});
