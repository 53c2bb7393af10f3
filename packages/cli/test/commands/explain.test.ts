import { expect } from "chai";
import { errorCatalogue, type ErrorExplanation } from "@rarl-sdk/core";
import { runCli, runCliJson } from "../support/cli.js";

describe("rarl-sdk explain", () => {
  it("prints message, explanation, remedy and exit code of an error", async () => {
    const { stdout, exitCode } = await runCli("explain", "tensor_shape");

    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^TENSOR_SHAPE \(environment, exit code 5\)/);
    expect(stdout).to.include(errorCatalogue.TENSOR_SHAPE.explanation);
    expect(stdout).to.include(errorCatalogue.TENSOR_SHAPE.remedy);
  });

  it("lists every code of the catalogue", async () => {
    const { stdout } = await runCli("explain");
    const { json } = await runCliJson("explain");

    for (const code of Object.keys(errorCatalogue)) expect(stdout).to.match(new RegExp(`^${code} `, "m"));
    const { errors } = json as { readonly errors: readonly ErrorExplanation[] };
    expect(errors.map(({ code }) => code)).to.have.members(Object.keys(errorCatalogue));
    for (const { message } of errors) expect(message).to.be.a("string").that.is.not.empty;
  });

  it("suggests the code that was meant", async () => {
    const { stderr, exitCode } = await runCli("explain", "TENSOR_SHAP");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("did you mean TENSOR_SHAPE?");
  });
});
