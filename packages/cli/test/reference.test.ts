import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { format, resolveConfig } from "prettier";
import { cliReference } from "../src/reference.js";

describe("docs/reference/cli.md", () => {
  it("says what the commands say of themselves", async () => {
    const file = fileURLToPath(new URL("../../../docs/reference/cli.md", import.meta.url));
    const options = { ...(await resolveConfig(file)), filepath: file };

    expect(
      await readFile(file, "utf8"),
      "run: node --conditions=rarl-source --import tsx scripts/write-cli-reference.ts",
    ).to.equal(await format(cliReference(), options));
  });
});
