import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";

/** A tiny Qwen2-VL written by transformers, its image beside it, and what transformers generates with it. */
export const fixtures = fileURLToPath(
  new URL("../../../plugins/qwen2-vl/test/fixtures/checkpoints", import.meta.url),
);

export const samples: readonly Readonly<Record<string, unknown>>[] = [
  {
    id: "a",
    image: "image.png",
    question: "Is there a nodule?",
    answer: "yes",
    reasoning: "There is one nodule.",
    kind: "closed",
  },
  { id: "b", image: "image.png", question: "What is seen?", answer: "a lung", kind: "open" },
];

/** A run that takes about a second: two samples, LoRA, GRPO, the four rewards. */
export const tinyConfig = {
  name: "tiny",
  model: { name: "qwen2-vl", path: "model" },
  adapter: { name: "lora", r: 2 },
  algorithm: { name: "grpo", groupSize: 2, promptsPerStep: 1, accumulation: 1, maxNewTokens: 6 },
  optimizer: { learningRate: 0.01 },
  data: { train: { name: "jsonl", path: "train.jsonl" } },
  prompts: { name: "prompt-diversity" },
  rewards: [{ name: "format" }, { name: "length" }, { name: "accuracy" }, { name: "reasoning" }],
  training: { steps: 2, evaluateAfter: false },
};

/** A temporary folder with a model, an image, data and a configuration. */
export class Workspace {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Workspace> {
    const workspace = new Workspace(await mkdtemp(path.join(tmpdir(), "rarl-cli-")));
    await cp(path.join(fixtures, "nested"), workspace.path("model"), { recursive: true });
    await cp(path.join(fixtures, "image.png"), workspace.path("image.png"));
    await workspace.writeSamples(samples);
    await workspace.writeConfig({});
    return workspace;
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  get config(): string {
    return this.path("rarl.yaml");
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(path.dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }

  async writeSamples(records: readonly unknown[], name = "train.jsonl"): Promise<void> {
    await this.write(name, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  }

  /** The tiny configuration with other top-level sections. */
  async writeConfig(changes: Readonly<Record<string, unknown>>): Promise<void> {
    await this.write("rarl.yaml", stringify({ ...tinyConfig, ...changes }));
  }

  /** A plugin of one module, without a package around it. */
  async writePlugin(name: string, apply: string): Promise<string> {
    await this.write(
      `${name}.mjs`,
      `export default { name: ${JSON.stringify(name)}, apiVersion: "1.0", apply(context) { ${apply} } };\n`,
    );
    return `./${name}.mjs`;
  }

  async editJson(name: string, edit: (value: Record<string, unknown>) => void): Promise<void> {
    const value = JSON.parse(await readFile(this.path(name), "utf8")) as Record<string, unknown>;
    edit(value);
    await this.write(name, JSON.stringify(value));
  }

  /** Folders of runs, by name. */
  async runs(): Promise<readonly string[]> {
    const names = await readdir(this.path("runs")).catch(() => []);
    return names.filter((name) => !name.startsWith(".")).sort();
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
