import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  applyOverrides,
  createKernel,
  loadConfigFile,
  parseConfig,
  pluginEntries,
  readJsonl,
  runTraining,
  type RunEnd,
} from "@rarl-sdk/core";
import { WasmEngine } from "@rarl-sdk/engine-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { firstPartyPlugins } from "rarl-sdk";

const configFile = fileURLToPath(new URL("../rarl.yaml", import.meta.url));
/** The quickstart's own run, made small: the same components on the same model and data. */
const small = [
  "algorithm.groupSize=3",
  "algorithm.promptsPerStep=2",
  "algorithm.maxNewTokens=12",
  "training.evaluateBefore=false",
  "training.evaluateAfter=false",
  "training.checkpointEvery=1000",
];

describe("the quickstart's run", () => {
  let output: string;
  before(async () => {
    output = await mkdtemp(join(tmpdir(), "rarl-quickstart-"));
    await new WasmEngine().activate({});
  });
  after(() => rm(output, { recursive: true }));

  async function train(
    settings: readonly string[],
    options: { resume?: string; stopAfter?: number } = {},
  ): Promise<RunEnd> {
    const { raw, baseDirectory, locate } = await loadConfigFile(configFile);
    const overridden = applyOverrides(raw, [...small, `output=${output}`, "engine.name=wasm", ...settings]);
    const kernel = await createKernel({
      builtins: firstPartyPlugins,
      plugins: pluginEntries(overridden, configFile, locate),
      baseDirectory,
    });
    const stop = new AbortController();
    kernel.hooks.step.tap("stop", ({ step }) => {
      if (step === options.stopAfter) stop.abort();
    });
    return runTraining({
      kernel,
      config: parseConfig(kernel, overridden, configFile, locate),
      baseDirectory,
      ...(options.resume !== undefined && { resume: options.resume }),
      signal: { step: stop.signal, now: new AbortController().signal },
    });
  }

  async function metrics(directory: string): Promise<Record<string, unknown>[]> {
    const lines: Record<string, unknown>[] = [];
    for await (const { value } of readJsonl(join(directory, "metrics.jsonl"))) lines.push(value);
    return lines;
  }

  it("holds as many tensors after step 50 as after step 2, and none once it has ended", async () => {
    const before = tf.memory().numTensors;
    const end = await train(["name=leak", "training.steps=50", "data.train.limit=4"]);
    const lines = await metrics(end.directory);
    expect(lines).to.have.length(50);
    // The four samples have been seen after two steps; the embeddings of their images are kept from then on.
    const tensors = lines.map((line) => line["tensors"]);
    expect(tensors[49]).to.equal(tensors[1]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("ends the same, bit for bit, when it is stopped and resumed", async () => {
    const whole = await train(["name=whole", "training.steps=6"]);
    const first = await train(["name=halves", "training.steps=6"], { stopAfter: 3 });
    expect(first.status).to.equal("interrupted");
    const second = await train(["name=halves", "training.steps=6"], { resume: first.directory });
    expect(second.status).to.equal("finished");
    const adapter = (end: RunEnd): Promise<Buffer> =>
      readFile(join(end.directory, "adapter", "adapter_model.safetensors"));
    expect((await adapter(second)).equals(await adapter(whole))).to.equal(true);
    const comparable = async (end: RunEnd): Promise<unknown> =>
      (await metrics(end.directory)).map(({ step, loss, reward, grad_norm }) => ({
        step,
        loss,
        reward,
        grad_norm,
      }));
    expect(await comparable(second)).to.deep.equal(await comparable(whole));
    expect(dirname(second.directory)).to.equal(output);
  });
});
