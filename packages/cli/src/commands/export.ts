import { stat } from "node:fs/promises";
import path from "node:path";
import { Flags } from "@oclif/core";
import {
  createKernel,
  rarlError,
  readRunRecord,
  writeDirectoryAtomic,
  type CheckpointDtype,
  type ComponentChoice,
  type Kernel,
} from "@rarl-sdk/core";
import type { EngineRequest } from "../activate-engine.js";
import { BaseCommand } from "../base-command.js";
import { firstPartyPlugins } from "../first-party.js";
import { openConfig } from "../open-config.js";
import { openModel } from "../open-model.js";
import { refuseContents } from "../refuse-contents.js";

const dtypes = ["F32", "BF16", "F16"] as const satisfies readonly CheckpointDtype[];

interface ExportSource {
  readonly kernel: Kernel;
  readonly engine: EngineRequest;
  readonly model: ComponentChoice;
  readonly adapter: (ComponentChoice & { readonly loadFrom?: string }) | null;
}

export class ExportCommand extends BaseCommand {
  static override summary = "Merge an adapter into its model and write a full checkpoint";
  static override examples = [
    "<%= config.bin %> export --run runs/quickstart-2026-01-01T00-00-00 --output merged",
    "<%= config.bin %> export --model base --adapter runs/a/adapter --output merged --dtype BF16",
  ];
  static override flags = {
    run: Flags.string({
      helpValue: "DIR",
      exactlyOne: ["run", "model"],
      description: "Folder of a run that finished",
    }),
    model: Flags.string({ helpValue: "DIR", dependsOn: ["adapter"], description: "Checkpoint folder" }),
    adapter: Flags.string({
      helpValue: "DIR",
      dependsOn: ["model"],
      description: "Folder of a saved adapter",
    }),
    output: Flags.string({ required: true, helpValue: "DIR", description: "New folder for the checkpoint" }),
    dtype: Flags.option({ options: dtypes })({ description: "Of all weights; the model's own when absent" }),
    backbone: Flags.string({ default: "qwen2-vl", description: "Kind of model, with --model" }),
    "adapter-kind": Flags.string({ default: "lora", description: "Kind of adapter, with --model" }),
    engine: Flags.string({ default: "auto", description: "Tensor engine, with --model" }),
  };

  override async run(): Promise<{ readonly output: string; readonly parameters: number }> {
    const { flags } = await this.parse(ExportCommand);
    const output = path.resolve(flags.output);
    await refuseContents(output);
    const source =
      flags.run === undefined
        ? await fromFolders(flags.model!, flags.adapter!, flags)
        : await fromRun(path.resolve(flags.run));
    const opened = await openModel(source);
    try {
      opened.adapter?.merge();
      await writeDirectoryAtomic(output, (folder) =>
        opened.backbone.save(folder, flags.dtype === undefined ? {} : { dtype: flags.dtype }),
      );
      this.print(output);
      return { output, parameters: opened.backbone.parameterCount };
    } finally {
      await opened.dispose();
    }
  }
}

async function fromFolders(
  model: string,
  adapter: string,
  flags: { readonly backbone: string; readonly "adapter-kind": string; readonly engine: string },
): Promise<ExportSource> {
  return {
    kernel: await createKernel({ builtins: firstPartyPlugins, baseDirectory: process.cwd() }),
    engine: { name: flags.engine },
    model: { name: flags.backbone, options: { path: path.resolve(model) } },
    adapter: { name: flags["adapter-kind"], options: { from: path.resolve(adapter) } },
  };
}

/**
 * Model and adapter of a run that finished.
 * @throws RarlError `RUN_NOT_FOUND`
 */
async function fromRun(directory: string): Promise<ExportSource> {
  const { baseDirectory } = await readRunRecord(directory);
  const file = path.join(directory, "config.yaml");
  const { kernel, config } = await openConfig({ file, overrides: [], baseDirectory });
  const result = config.adapter === null ? "model" : "adapter";
  const saved = path.join(directory, result);
  if ((await stat(saved).catch(() => null)) === null) {
    throw rarlError("RUN_NOT_FOUND", { directory, missing: `the folder ${result} of a finished run` });
  }
  const { engine, model, adapter } = config;
  return {
    kernel,
    engine,
    model: adapter === null ? { ...model, options: { ...model.options, path: saved } } : model,
    adapter: adapter && { ...adapter, loadFrom: saved },
  };
}
