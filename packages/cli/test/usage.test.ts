import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { runProcess } from "./support/child.js";
import { runCli, runCliJson } from "./support/cli.js";

describe("the command line", () => {
  it("prints its version", async () => {
    const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
    const { version } = JSON.parse(text) as { readonly version: string };

    expect((await runCli("--version")).stdout).to.include(`rarl-sdk/${version} `);
  });

  it("lists its commands without arguments", async () => {
    const { stdout, exitCode } = await runCli();

    expect(exitCode).to.equal(0);
    for (const command of ["run", "generate", "export", "doctor", "explain", "config", "plugins"]) {
      expect(stdout).to.match(new RegExp(`^ {2}${command} `, "m"));
    }
  });

  it("suggests the command that was meant", async () => {
    const { stderr, exitCode } = await runCli("genrate", "--model", "x");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include('there is no command "genrate"; did you mean generate?');
  });

  it("suggests a command below a topic", async () => {
    const { stderr, exitCode } = await runCli("config", "chek", "rarl.yaml");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("did you mean config check?");
  });

  it("suggests the flag that was meant", async () => {
    const { stderr, exitCode } = await runCli("run", "rarl.yaml", "--dryrun");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("USAGE: run: ").and.include("did you mean --dry-run?");
  });

  it("tells the defaults of flags, 0 among them, and none where there is none", async () => {
    const { stdout } = await runCli("generate", "--help");

    expect(stdout)
      .to.match(/--temperature=T +\[default: 0\]/)
      .and.match(/--image=FILE\.\.\. +Image of/);
  });

  it("names a flag that is missing", async () => {
    const { json, exitCode } = await runCliJson("generate", "--model", "x");

    expect(exitCode).to.equal(2);
    const { error } = json as { readonly error: Readonly<Record<string, unknown>> };
    expect(error["code"]).to.equal("USAGE");
    expect(error["message"]).to.include("prompt");
  });

  it("asks for a configuration when there is none to run", async () => {
    const { stderr, exitCode } = await runCli("run");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("Missing the configuration file");
  });

  it("ends quietly when its reader has gone", async () => {
    const { stderr, exitCode } = await runProcess(["explain"], { closeStdout: true });

    expect({ stderr, exitCode }).to.deep.equal({ stderr: "", exitCode: 0 });
  });
});
