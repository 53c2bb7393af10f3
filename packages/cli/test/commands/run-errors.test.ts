import { mkdir, readdir, readFile, rm, truncate } from "node:fs/promises";
import { expect } from "chai";
import { errorCatalogue, type ErrorCode } from "@rarl-sdk/core";
import * as tf from "@tensorflow/tfjs-core";
import { runCli, runCliJson } from "../support/cli.js";
import { samples, tinyConfig, Workspace } from "../support/workspace.js";

interface Failure {
  readonly name: string;
  readonly code: ErrorCode;
  readonly exitCode: number;
  /** What the message must name. */
  readonly says: readonly string[];
  readonly prepare: (workspace: Workspace) => Promise<void>;
}

/** Registers a reward `bad` and makes it the run's third. */
function badReward(scores: string) {
  return async (workspace: Workspace) => {
    const plugin = await workspace.writePlugin(
      "bad-reward",
      `context.rewards.addFactory("bad", () => ({ name: "bad", score: (batch) => { ${scores} } }), { description: "for tests" });`,
    );
    await workspace.writeConfig({ plugins: [plugin], rewards: [...tinyConfig.rewards, { name: "bad" }] });
  };
}

const failures: readonly Failure[] = [
  {
    name: "a missing checkpoint file",
    code: "CHECKPOINT_FILE_MISSING",
    exitCode: 5,
    says: ["model.safetensors"],
    prepare: (workspace) => rm(workspace.path("model/model.safetensors")),
  },
  {
    name: "a truncated safetensors file",
    code: "SAFETENSORS_INVALID",
    exitCode: 5,
    says: ["model.safetensors"],
    prepare: (workspace) => truncate(workspace.path("model/model.safetensors"), 100_000),
  },
  {
    name: "a tensor of the wrong shape",
    code: "TENSOR_SHAPE",
    exitCode: 5,
    says: ["mlp", "expected ["],
    prepare: (workspace) =>
      workspace.editJson("model/config.json", (config) => {
        (config["text_config"] as Record<string, unknown>)["intermediate_size"] = 24;
      }),
  },
  {
    name: "an unknown architecture",
    code: "ARCHITECTURE_UNKNOWN",
    exitCode: 5,
    says: ["llava", "qwen2_vl"],
    prepare: (workspace) =>
      workspace.editJson("model/config.json", (config) => {
        config["model_type"] = "llava";
        config["architectures"] = ["LlavaForConditionalGeneration"];
      }),
  },
  {
    name: "an image that is no image",
    code: "IMAGE_UNREADABLE",
    exitCode: 6,
    says: ["image.png"],
    prepare: (workspace) => workspace.write("image.png", "this is text"),
  },
  {
    name: "a missing image",
    code: "IMAGE_MISSING",
    exitCode: 6,
    says: ["lost.png"],
    prepare: (workspace) => workspace.writeSamples([{ ...samples[0], image: "lost.png" }]),
  },
  {
    name: "an empty data set",
    code: "DATA_EMPTY",
    exitCode: 6,
    says: ["train.jsonl"],
    prepare: (workspace) => workspace.writeSamples([]),
  },
  {
    name: "a sample without an answer",
    code: "SAMPLE_ANSWER_MISSING",
    exitCode: 6,
    says: ["train.jsonl", "record 2"],
    prepare: (workspace) => workspace.writeSamples([samples[0], { ...samples[1], answer: "" }]),
  },
  {
    name: "an unknown key of the configuration",
    code: "CONFIG_KEY_UNKNOWN",
    exitCode: 3,
    says: ["rarl.yaml", "training.checkpointEvry", 'did you mean "checkpointEvery"?'],
    prepare: (workspace) => workspace.writeConfig({ training: { checkpointEvry: 5 } }),
  },
  {
    name: "an unknown plugin",
    code: "PLUGIN_NOT_FOUND",
    exitCode: 4,
    says: ["rarl-plugin-nobody-wrote"],
    prepare: (workspace) => workspace.writeConfig({ plugins: ["rarl-plugin-nobody-wrote"] }),
  },
  {
    name: "a plugin of another API version, without loading it",
    code: "PLUGIN_API_VERSION",
    exitCode: 4,
    says: ["future-plugin", "2.0"],
    prepare: async (workspace) => {
      const manifest = {
        name: "future-plugin",
        version: "1.0.0",
        type: "module",
        rarl: { apiVersion: "2.0" },
      };
      await workspace.write(
        "future-plugin/package.json",
        JSON.stringify({ ...manifest, exports: "./index.js" }),
      );
      await workspace.write("future-plugin/index.js", 'throw new Error("this module must not be loaded");\n');
      await workspace.writeConfig({ plugins: ["./future-plugin"] });
    },
  },
  {
    name: "a reward that throws",
    code: "REWARD_FAILED",
    exitCode: 4,
    says: ["reward bad of plugin bad-reward", "out of tea"],
    prepare: badReward('throw new Error("out of tea");'),
  },
  {
    name: "a reward that returns NaN",
    code: "REWARD_NOT_FINITE",
    exitCode: 4,
    says: ["reward bad of plugin bad-reward", "NaN"],
    prepare: badReward("return batch.map(() => NaN);"),
  },
  {
    name: "a reward that returns too few scores",
    code: "REWARD_COUNT",
    exitCode: 4,
    says: ["reward bad of plugin bad-reward", "1 scores for 2 completions"],
    prepare: badReward("return [0];"),
  },
  {
    name: "a prompt longer than the model's context",
    code: "PROMPT_TOO_LONG",
    exitCode: 6,
    says: ["context ends at 40"],
    prepare: (workspace) =>
      workspace.editJson("model/config.json", (config) => {
        (config["text_config"] as Record<string, unknown>)["max_position_embeddings"] = 40;
      }),
  },
  {
    name: "an output folder that cannot be written",
    code: "OUTPUT_NOT_WRITABLE",
    exitCode: 5,
    says: ["train.jsonl"],
    // Below a regular file: rights would not stop an administrator.
    prepare: (workspace) => workspace.writeConfig({ output: "train.jsonl/runs" }),
  },
];

describe("a run that cannot succeed", () => {
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
  });

  afterEach(async () => {
    await workspace.remove();
  });

  /** No run, or one that says it failed and holds nothing half-written. */
  async function expectNothingHalfWritten(code: ErrorCode): Promise<void> {
    for (const name of await workspace.runs()) {
      const record = JSON.parse(await readFile(workspace.path("runs", name, "run.json"), "utf8")) as {
        readonly status: string;
        readonly error: { readonly code: string } | null;
      };
      expect(record.status).to.equal("failed");
      expect(record.error?.code).to.equal(code);
      const files = await readdir(workspace.path("runs", name), { recursive: true });
      expect(files.filter((file) => /partial|replaced/.test(file))).to.deep.equal([]);
    }
    const all = await readdir(workspace.folder, { recursive: true });
    expect(all.filter((file) => file.endsWith(".partial"))).to.deep.equal([]);
  }

  for (const { name, code, exitCode, says, prepare } of failures) {
    it(`says what is wrong and what to do about ${name}`, async () => {
      await prepare(workspace);
      const tensors = tf.engine().state.numTensors;

      const result = await runCli("run", workspace.config);

      expect(result.exitCode).to.equal(exitCode);
      expect(result.stdout).to.equal("");
      expect(result.stderr).to.include(`${code}: `);
      expect(result.stderr).to.include(errorCatalogue[code].remedy);
      expect(result.stderr).to.include(`rarl-sdk explain ${code}`);
      expect(result.stderr).not.to.match(/^\s+at /m);
      for (const words of says) expect(result.stderr).to.include(words);
      await expectNothingHalfWritten(code);
      expect(tf.engine().state.numTensors, "tensors are freed").to.equal(tensors);
    });
  }

  it("prints the error as one JSON object with --json", async () => {
    await workspace.writeSamples([]);

    const { json, exitCode, stderr } = await runCliJson("run", workspace.config);

    expect(exitCode).to.equal(6);
    expect(stderr).to.equal("");
    const { error } = json as { readonly error: Readonly<Record<string, unknown>> };
    expect(error["code"]).to.equal("DATA_EMPTY");
    expect(error["message"]).to.include("train.jsonl");
    expect(error["remedy"]).to.equal(errorCatalogue.DATA_EMPTY.remedy);
    expect((error["details"] as Readonly<Record<string, unknown>>)["file"]).to.include("train.jsonl");
  });

  it("leaves an earlier run alone when a new one fails", async () => {
    await mkdir(workspace.path("runs/earlier"), { recursive: true });
    await rm(workspace.path("model/model.safetensors"));

    await runCli("run", workspace.config);

    expect(await workspace.runs()).to.deep.equal(["earlier"]);
  });

  it("prints the stack of an error with RARL_DEBUG=1", async () => {
    await workspace.writeSamples([]);
    process.env["RARL_DEBUG"] = "1";
    try {
      const { stderr } = await runCli("run", workspace.config);
      expect(stderr).to.match(/^\s+at /m);
    } finally {
      delete process.env["RARL_DEBUG"];
    }
  });
});
