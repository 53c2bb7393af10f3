import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { openSafetensors, writeSafetensors, type TensorToWrite } from "@rarl-sdk/nn";
import {
  attach,
  catalogueError,
  fixtures,
  temporaryFolder,
  useWasm,
  type Attached,
} from "./support/harness.js";
import { formula } from "./support/formula.js";

interface Expected {
  readonly adapters: Record<"plain" | "patterns", { readonly layerOutputs: Record<string, number[]> }>;
}

async function expected(): Promise<Expected> {
  return JSON.parse(await readFile(join(fixtures, "expected.json"), "utf8")) as Expected;
}

/** Compares every adapted layer's output with PEFT's. */
async function expectOutputsOf(attached: Attached, adapter: "plain" | "patterns"): Promise<void> {
  const outputs = Object.entries((await expected()).adapters[adapter].layerOutputs);
  const adapted = attached.linears.filter(({ adaptation }) => adaptation !== null);
  expect(adapted.map(({ name }) => name).sort()).to.deep.equal(outputs.map(([name]) => name).sort());
  for (const [name, values] of outputs) {
    const linear = attached.linear(name);
    const found = tf.tidy(() => {
      const x = formula(`input:${name}`, 2 * linear.inFeatures, 1);
      return linear.forward(tf.tensor2d(x, [2, linear.inFeatures])).dataSync();
    });
    for (const [index, value] of values.entries()) expect(found[index], name).to.be.closeTo(value, 1e-5);
  }
}

const allSeven = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

describe("adapter files", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let tensorsBefore = 0;
  before(useWasm);
  beforeEach(async () => {
    folder = await temporaryFolder();
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(async () => {
    await folder.remove();
    expect(tf.memory().numTensors, "tensors alive").to.equal(tensorsBefore);
  });

  for (const name of ["plain", "plain-old"]) {
    it(`computes what PEFT computes with its adapter ${name}`, async () => {
      const attached = await attach({ r: 4, alpha: 1 });
      await attached.adapter.load(join(fixtures, name));
      await expectOutputsOf(attached, "plain");
      attached.dispose();
    });
  }

  it("starts from an adapter, taking over its patterns and rank-stabilised scale", async () => {
    const attached = await attach({ from: "patterns" });
    await expectOutputsOf(attached, "patterns");
    attached.dispose();
  });

  it("lets options stand above the adapter it starts from", async () => {
    const [saved, halved] = [await attach({ from: "plain" }), await attach({ from: "plain", alpha: 4 })];
    const change = (attached: Attached) =>
      tf.tidy(() => {
        const linear = attached.linear("0.self_attn.q_proj");
        const x = tf.ones<tf.Rank.R2>([1, 64]);
        return tf.sub(linear.forward(x), linear.base(x)).dataSync()[0]!;
      });
    expect(change(halved)).to.be.closeTo(change(saved) / 2, 1e-6);
    saved.dispose();
    halved.dispose();
    const refused = await catalogueError(attach({ from: "plain", r: 5 }));
    expect(refused.code).to.equal("TENSOR_SHAPE");
    expect((await catalogueError(attach({ from: "plain", targets: ["q_proj"] }))).code).to.equal(
      "ADAPTER_KEY_UNMATCHED",
    );
  });

  for (const [from, style] of [
    ["plain", "new"],
    ["plain", "old"],
    ["patterns", "new"],
  ] as const) {
    it(`saves ${from} in the ${style} style with the keys, shapes and values that PEFT had`, async () => {
      const attached = await attach({ from, keyStyle: style, baseModelName: "Qwen/Qwen2-VL-2B-Instruct" });
      await attached.adapter.save(folder.path);
      attached.dispose();
      expect((await readdir(folder.path)).sort()).to.deep.equal([
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
      ]);
      const reference = join(fixtures, style === "old" ? "plain-old" : from);
      const [ours, theirs] = await Promise.all(
        [folder.path, reference].map((path) => openSafetensors(join(path, "adapter_model.safetensors"))),
      );
      expect(ours!.metadata).to.deep.equal({ format: "pt" });
      expect([...ours!.names].sort()).to.deep.equal([...theirs!.names].sort());
      for (const name of theirs!.names) {
        expect(ours!.info(name)).to.deep.include({ dtype: "F32", shape: theirs!.info(name).shape });
        expect(await ours!.read(name)).to.deep.equal(await theirs!.read(name));
      }
      await Promise.all([ours!.close(), theirs!.close()]);
      const config = (path: string) => readFile(join(path, "adapter_config.json"), "utf8");
      const [written, original] = (await Promise.all([config(folder.path), config(reference)])).map(
        (text) => JSON.parse(text) as Record<string, unknown>,
      );
      for (const [field, value] of Object.entries(written!)) {
        if (field === "base_model_name_or_path") expect(value).to.equal("Qwen/Qwen2-VL-2B-Instruct");
        else expect(value, field).to.deep.equal(original![field]);
      }
      expect(await readFile(join(folder.path, "README.md"), "utf8")).to.include(
        'base_model: "Qwen/Qwen2-VL-2B-Instruct"',
      );
    });
  }

  it("comes back exactly after saving, whichever style", async () => {
    for (const keyStyle of ["new", "old"]) {
      const [saved, loaded] = [await attach({ keyStyle }, 1), await attach({}, 2)];
      await saved.adapter.save(folder.path);
      await loaded.adapter.load(folder.path);
      for (const [index, { name, variable }] of saved.adapter.variables.entries()) {
        const other = loaded.adapter.variables[index]!;
        expect(other.name).to.equal(name);
        expect(other.variable.dataSync()).to.deep.equal(variable.dataSync());
      }
      saved.dispose();
      loaded.dispose();
    }
  });

  it("refuses keys without a layer and layers without keys, by name, and changes nothing", async () => {
    const attached = await attach({ r: 4 });
    const before = attached.adapter.variables.map(({ variable }) => variable.dataSync());
    const more = await catalogueError(attached.adapter.load(join(fixtures, "patterns")));
    expect(more.code).to.equal("ADAPTER_KEY_UNMATCHED");
    expect(more.message).to.include("layers.0.mlp.gate_proj.lora_A.weight");
    const wide = await attach({ r: 4, targets: allSeven });
    const fewer = await catalogueError(wide.adapter.load(join(fixtures, "plain")));
    expect(fewer.code).to.equal("ADAPTER_KEY_UNMATCHED");
    expect(fewer.message).to.include("without weights").and.include("layers.0.mlp.gate_proj.lora_A.weight");
    wide.dispose();
    const shape = await attach({ r: 8 });
    expect((await catalogueError(shape.adapter.load(join(fixtures, "plain")))).code).to.equal("TENSOR_SHAPE");
    shape.dispose();
    expect(attached.adapter.variables.map(({ variable }) => variable.dataSync())).to.deep.equal(before);
    attached.dispose();
  });

  it("refuses a key of no known form, one given in both styles, and an empty file", async () => {
    await copyFile(join(fixtures, "plain", "adapter_config.json"), join(folder.path, "adapter_config.json"));
    const zero = (name: string): TensorToWrite => ({
      name,
      dtype: "F32",
      shape: [4, 64],
      data: () => new Float32Array(256),
    });
    const module = "layers.0.self_attn.q_proj";
    for (const [names, code] of [
      [["base_model.model.lm_head.modules_to_save.weight"], "ADAPTER_KEY_UNMATCHED"],
      [
        [
          `base_model.model.model.${module}.lora_A.weight`,
          `base_model.model.model.language_model.${module}.lora_A.weight`,
        ],
        "ADAPTER_KEY_UNMATCHED",
      ],
      [[], "SAFETENSORS_INVALID"],
    ] as const) {
      await writeSafetensors(join(folder.path, "adapter_model.safetensors"), names.map(zero));
      expect((await catalogueError(attach({ from: folder.path }))).code).to.equal(code);
    }
  });

  it("refuses features that it does not have, by name", async () => {
    const original = JSON.parse(
      await readFile(join(fixtures, "plain", "adapter_config.json"), "utf8"),
    ) as object;
    await copyFile(
      join(fixtures, "plain", "adapter_model.safetensors"),
      join(folder.path, "adapter_model.safetensors"),
    );
    for (const feature of [
      { use_dora: true },
      { lora_bias: true },
      { modules_to_save: ["lm_head"] },
      { trainable_token_indices: [3] },
      { target_parameters: ["x"] },
      { layer_replication: [[0, 2]] },
      { bias: "all" },
      { init_lora_weights: "pissa" },
      { peft_type: "IA3" },
      { fan_in_fan_out: true },
      { target_modules: "(?i:.*)\\.(?P<name>q_proj)" },
      { rank_pattern: { "(?P<name>q_proj)": 4 } },
    ]) {
      await writeFile(join(folder.path, "adapter_config.json"), JSON.stringify({ ...original, ...feature }));
      const error = await catalogueError(attach({ from: folder.path }));
      expect(error.code).to.equal("ADAPTER_UNSUPPORTED");
      expect(error.message).to.include(Object.keys(feature)[0]);
    }
  });

  it("says what is wrong with missing or malformed files", async () => {
    const missing = await catalogueError(attach({ from: folder.path }));
    expect(missing.code).to.equal("ADAPTER_FILE_MISSING");
    expect(missing.message).to.include("adapter_config.json");
    await writeFile(join(folder.path, "adapter_config.json"), "{");
    expect((await catalogueError(attach({ from: folder.path }))).code).to.equal("ADAPTER_CONFIG_INVALID");
    await writeFile(join(folder.path, "adapter_config.json"), '{"peft_type":"LORA","lora_alpha":4}');
    const incomplete = await catalogueError(attach({ from: folder.path }));
    expect(incomplete.code).to.equal("ADAPTER_CONFIG_INVALID");
    expect(incomplete.message).to.include("r");
    await copyFile(join(fixtures, "plain", "adapter_config.json"), join(folder.path, "adapter_config.json"));
    const weights = await catalogueError(attach({ from: folder.path }));
    expect(weights.code).to.equal("ADAPTER_FILE_MISSING");
    expect(weights.message).to.include("adapter_model.safetensors");
  });
});
