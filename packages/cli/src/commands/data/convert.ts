import path from "node:path";
import { Args, Flags } from "@oclif/core";
import { writeDirectoryAtomic } from "@rarl-sdk/core";
import { BaseCommand } from "../../base-command.js";
import { convertDataset, type Conversion } from "../../data/convert-dataset.js";
import { dataReferenceHelp, openData } from "../../data/open-data.js";
import { formatCounts } from "../../console/record-counts.js";
import { refuseContents } from "../../refuse-contents.js";

export class DataConvertCommand extends BaseCommand {
  static override summary = "Write a data set in the native form: JSONL beside its images";
  static override description =
    "The new folder has data.jsonl, images/ and conversion.json, which lists every record that was set aside. DICOM " +
    "images become PNG, so that no header goes along; other images keep their bytes.";
  static override examples = [
    '<%= config.bin %> data convert "vqa-rad:VQA-RAD?split=train" --output rad-train',
    '<%= config.bin %> data convert "sat:SAT_static.parquet?subset.size=5000" --output sat-5000',
  ];
  static override args = { data: Args.string({ required: true, description: dataReferenceHelp }) };
  static override flags = {
    output: Flags.string({ required: true, helpValue: "DIR", description: "New folder" }),
    plugin: Flags.string({
      multiple: true,
      default: [],
      description: "Plugin to load: package name or path",
    }),
  };

  override async run(): Promise<Conversion & { readonly output: string }> {
    const { args, flags } = await this.parse(DataConvertCommand);
    const output = path.resolve(flags.output);
    await refuseContents(output);
    const { dataset } = await openData(args.data, flags.plugin);
    let conversion: Conversion | null = null;
    await writeDirectoryAtomic(output, async (folder) => {
      conversion = await convertDataset(dataset, folder);
    });
    const { written, setAside, leftOut, imageProblems, images } = conversion!;
    const counts = { kept: written, setAside: setAside + imageProblems.length, leftOut };
    this.print(
      `${formatCounts(counts)}, ${images.toLocaleString("en-US")} images\n${path.join(output, "data.jsonl")}`,
    );
    return { ...conversion!, output };
  }
}
