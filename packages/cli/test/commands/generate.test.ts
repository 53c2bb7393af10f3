import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import * as tf from "@tensorflow/tfjs-core";
import type { Generation } from "../../src/commands/generate.js";
import { runCli, runCliJson } from "../support/cli.js";
import { fixtures } from "../support/workspace.js";

/** What transformers 5.18 generates greedily with the same model, image and question. */
interface Expected {
  readonly question: string;
  readonly promptTokenIds: readonly number[];
  readonly generated: readonly number[];
}

const model = ["--model", path.join(fixtures, "nested")];
const image = ["--image", path.join(fixtures, "image.png")];

describe("rarl-sdk generate", () => {
  let expected: Expected;

  before(async () => {
    const text = await readFile(path.join(fixtures, "expected.json"), "utf8");
    expected = (JSON.parse(text) as { readonly nested: Expected }).nested;
  });

  it("prints the ids that transformers generates", async () => {
    const { json, exitCode, stderr } = await runCliJson(
      "generate",
      ...model,
      ...image,
      "--prompt",
      expected.question,
      "--max-new-tokens",
      String(expected.generated.length),
    );

    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    const { tokenIds, promptTokenIds, finishReason, text } = json as Generation;
    expect(promptTokenIds).to.deep.equal(expected.promptTokenIds);
    expect(tokenIds).to.deep.equal(expected.generated);
    expect(finishReason).to.equal("length");
    expect(text).to.be.a("string").that.is.not.empty;
  });

  it("prints the text alone without --json, and frees its tensors", async () => {
    const ask = () => runCli("generate", ...model, "--prompt", "hello", "--max-new-tokens", "3");
    const first = await ask();
    const tensors = tf.engine().state.numTensors;
    const second = await ask();

    expect(first.exitCode).to.equal(0);
    expect(first.stdout).to.match(/\n$/).and.not.include("tokenIds");
    expect(second.stdout).to.equal(first.stdout);
    expect(tf.engine().state.numTensors).to.equal(tensors);
  });

  it("draws several samples that the seed determines", async () => {
    const draw = async (seed: string) => {
      const sampling = ["--temperature", "1", "--samples", "3", "--max-new-tokens", "6", "--seed", seed];
      const { json } = await runCliJson("generate", ...model, "--prompt", "hello", ...sampling);
      return (json as Generation).samples!.map(({ tokenIds }) => tokenIds);
    };

    const [one, again, other] = [await draw("1"), await draw("1"), await draw("2")];

    expect(one).to.have.length(3);
    expect(again).to.deep.equal(one);
    expect(other).not.to.deep.equal(one);
    expect(new Set(one.map(String)).size).to.be.greaterThan(1);
  });

  it("puts the system turn into the prompt", async () => {
    const ids = async (...system: readonly string[]) => {
      const rest = ["--prompt", "hello", "--max-new-tokens", "1", ...system];
      return ((await runCliJson("generate", ...model, ...rest)).json as Generation).promptTokenIds.length;
    };

    expect(
      await ids("--system", "Be brief and answer in one word, please, whatever is asked of you."),
    ).to.be.greaterThan(await ids("--system", "Be brief."));
  });

  it("refuses an engine that does not exist, naming those that do", async () => {
    const { exitCode, stderr } = await runCli("generate", ...model, "--prompt", "a", "--engine", "wasn");

    expect(exitCode).to.equal(3);
    expect(stderr)
      .to.include('COMPONENT_UNKNOWN: no plugin of this run provides "wasn"')
      .and.include('"wasm"');
  });

  it("names an adapter folder that is not there", async () => {
    const { exitCode, stderr } = await runCli("generate", ...model, "--prompt", "a", "--adapter", "nowhere");

    expect(exitCode).to.equal(5);
    expect(stderr).to.include("nowhere");
  });

  it("refuses a temperature that is no number", async () => {
    const { exitCode, stderr } = await runCli("generate", ...model, "--prompt", "a", "--temperature", "warm");

    expect(exitCode).to.equal(2);
    expect(stderr).to.include("USAGE: ").and.include('found "warm"');
  });
});
