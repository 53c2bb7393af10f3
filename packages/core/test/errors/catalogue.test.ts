import { expect } from "chai";
import { readFile } from "node:fs/promises";
import {
  errorCatalogue,
  errorReference,
  exitCodes,
  explainError,
  RarlError,
  rarlError,
} from "@rarl-sdk/core";
import { format, resolveConfig } from "prettier";
import { describeError } from "../../src/errors/explain-error.js";

describe("error catalogue", () => {
  for (const [code, { kind, remedy, explanation }] of Object.entries(errorCatalogue)) {
    it(`says of ${code} what is wrong, why, and what to do`, () => {
      expect(code).to.match(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
      expect(exitCodes).to.have.property(kind);
      expect(describeError(code).message).to.match(/\S/);
      for (const sentence of [remedy, explanation]) expect(sentence).to.match(/^\S.*\.$/s);
    });
  }

  it("has its page in the documentation up to date", async () => {
    const file = new URL("../../../../docs/reference/errors.md", import.meta.url).pathname;
    const expected = await format(errorReference(), { ...(await resolveConfig(file)), filepath: file });
    expect(
      await readFile(file, "utf8"),
      "run: node --conditions=rarl-source --import tsx scripts/write-error-reference.ts",
    ).to.equal(expected);
  });

  it("explains a code in either case, and suggests the nearest", () => {
    expect(explainError("config_missing")).to.equal(
      "CONFIG_MISSING (config, exit code 3)\n\n  configuration file <file> does not exist\n\n" +
        `${errorCatalogue.CONFIG_MISSING.explanation}\n\nRemedy: ${errorCatalogue.CONFIG_MISSING.remedy}`,
    );
    expect(() => explainError("CONFIG_MISING")).to.throw(RarlError, "did you mean CONFIG_MISSING?");
    expect(() => explainError("toString")).to.throw(RarlError, 'there is no error "toString"');
  });

  it("gives each error its exit code and its place in the documentation", () => {
    const error = rarlError("PLUGIN_CYCLE", { cycle: ["a", "b", "a"] });
    expect(error.exitCode).to.equal(4);
    expect(error.anchor).to.equal("docs/reference/errors.md#plugin_cycle");
    expect(error.message).to.contain("a → b → a");
  });
});
