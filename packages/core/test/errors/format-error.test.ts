import { expect } from "chai";
import { errorCatalogue, formatError, isRarlError, rarlError, toRarlError } from "@rarl-sdk/core";

describe("formatError", () => {
  it("prints code, message, remedy and where to read more", () => {
    expect(formatError(rarlError("CONFIG_MISSING", { file: "rarl.yaml" }))).to.equal(
      "CONFIG_MISSING: configuration file rarl.yaml does not exist\n" +
        `${errorCatalogue.CONFIG_MISSING.remedy}\nMore: rarl-sdk explain CONFIG_MISSING`,
    );
  });

  it("prints where the error passed through, and causes that the message does not tell already", () => {
    const root = new Error("ECONNRESET");
    const middle = new Error("download stopped", { cause: root });
    const error = rarlError("CHECKPOINT_FILE_MISSING", { file: "model.safetensors" }, { cause: middle });
    const lines = formatError(
      error.within('"tiny" (backbones) of plugin p').within("plugin p").within("plugin p"),
    ).split("\n");
    expect(lines.slice(1, 5)).to.deep.equal([
      '  in "tiny" (backbones) of plugin p',
      "  in plugin p",
      "  caused by: download stopped",
      "  caused by: ECONNRESET",
    ]);
  });

  it("does not tell twice that a file is missing", () => {
    const system = { code: "ENOENT", path: "/data/rarl.yaml" };
    const cause = Object.assign(
      new Error("ENOENT: no such file or directory, open '/data/rarl.yaml'"),
      system,
    );
    expect(formatError(rarlError("CONFIG_MISSING", { file: "rarl.yaml" }, { cause }))).not.to.include(
      "ENOENT",
    );
    const other = rarlError("RUN_NOT_FOUND", { directory: "/data", missing: "run.json" }, { cause });
    expect(formatError(other)).to.include("caused by: ENOENT");
  });

  it("shows stacks only when asked", () => {
    const defect = new TypeError("x is not a function");
    expect(formatError(defect))
      .to.contain("INTERNAL: x is not a function")
      .and.not.to.contain("format-error.test");
    expect(formatError(defect, { stack: true }))
      .to.contain("TypeError")
      .and.to.contain("format-error.test");
  });

  it("says where a plugin threw, and of other errors does not", () => {
    const cause = new TypeError("x is not a function");
    const failed = rarlError("PLUGIN_APPLY_FAILED", { plugin: "p", reason: cause.message }, { cause });
    expect(formatError(failed)).to.match(/^ {2}thrown at .*format-error\.test\.ts:\d+:\d+\)?$/m);
    const missing = rarlError("CONFIG_MISSING", { file: "rarl.yaml" }, { cause });
    expect(formatError(missing)).not.to.include("thrown at");
  });

  it("ends on causes that go in a circle", () => {
    const [a, b] = [new Error("a"), new Error("b")];
    a.cause = b;
    b.cause = a;
    expect(formatError(a)).to.contain("caused by: b");
  });
});

describe("toRarlError", () => {
  it("keeps errors of the catalogue, also of another copy of this package", () => {
    const error = rarlError("CONFIG_MISSING", { file: "x" });
    expect(toRarlError(error)).to.equal(error);
    const foreign = (code: string) =>
      Object.assign(new Error("m"), { name: "RarlError", code, within: () => undefined });
    expect(isRarlError(foreign("CONFIG_MISSING"))).to.equal(true);
    expect(isRarlError(foreign("NOT_OURS"))).to.equal(false);
  });

  it("makes anything else an internal error with exit code 1 and the thrown value as its cause", () => {
    for (const thrown of [new Error("oops"), "oops", { toString: () => "oops" }]) {
      const error = toRarlError(thrown);
      expect([error.code, error.exitCode, error.message]).to.deep.equal(["INTERNAL", 1, "oops"]);
      expect(error.cause).to.equal(thrown);
    }
    expect(toRarlError(Object.create(null)).code).to.equal("INTERNAL");
  });
});
