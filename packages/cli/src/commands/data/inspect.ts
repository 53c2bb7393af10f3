import path from "node:path";
import { Args, Flags } from "@oclif/core";
import { applyOverrides, createKernel, rarlError, tokens } from "@rarl-sdk/core";
import { BaseCommand } from "../../base-command.js";
import { renderInspection } from "../../console/render-inspection.js";
import { inspectDataset, type Inspection, type InspectionRequest } from "../../data/inspect-dataset.js";
import { dataReferenceHelp, openData } from "../../data/open-data.js";
import { firstPartyPlugins } from "../../first-party.js";

export class DataInspectCommand extends BaseCommand {
  static override summary = "Tell what is in a data set, and what is wrong with it";
  static override description =
    "Counts by kind and fact, the most frequent answers, lengths, duplicates, and every bad record by file and position.";
  static override examples = [
    "<%= config.bin %> data inspect train.jsonl --model Qwen2-VL-2B-Instruct",
    '<%= config.bin %> data inspect "slake:Slake1.0?split=test&language=all" --images',
    "<%= config.bin %> data inspect rarl.yaml#train --json",
  ];
  static override args = { data: Args.string({ required: true, description: dataReferenceHelp }) };
  static override flags = {
    model: Flags.string({
      helpValue: "DIR",
      description: "Checkpoint folder whose tokenizer measures lengths",
    }),
    backbone: Flags.string({ default: "qwen2-vl", description: "Kind of model, with --model" }),
    images: Flags.boolean({ description: "Decode every image: finds broken ones and copies" }),
    plugin: Flags.string({
      multiple: true,
      default: [],
      description: "Plugin to load: package name or path",
    }),
  };

  override async run(): Promise<Inspection> {
    const { args, flags } = await this.parse(DataInspectCommand);
    const lengths = await measureOf(flags.model, flags.backbone, flags.plugin);
    const { dataset } = await openData(args.data, flags.plugin);
    const inspection = await inspectDataset(dataset, { lengths, decodesImages: flags.images });
    this.print(renderInspection(inspection));
    return inspection;
  }
}

/** Tokens of a model, or words without one. */
async function measureOf(
  model: string | undefined,
  backbone: string,
  plugins: readonly string[],
): Promise<InspectionRequest["lengths"]> {
  if (model === undefined) {
    return { unit: "words", of: (text) => text.split(/\s+/).filter((word) => word !== "").length };
  }
  const kernel = await createKernel({ builtins: firstPartyPlugins, plugins, baseDirectory: process.cwd() });
  // A tokenizer derives no files, but a loader asks where they would go.
  kernel.container.register(tokens.cacheDirectory, { useValue: process.cwd() });
  const loader = kernel.create("backbones", backbone, applyOverrides({ path: path.resolve(model) }, []));
  const tokenizer = await loader.openTokenizer?.();
  if (tokenizer === undefined) {
    const problem = `the model ${backbone} does not offer its tokenizer without its weights`;
    throw rarlError("USAGE", { command: "data inspect", problem, suggestions: [] });
  }
  return { unit: "tokens", of: (text) => tokenizer.tokenize(text).length };
}
