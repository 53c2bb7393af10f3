import { Args, Flags } from "@oclif/core";
import { BaseCommand } from "../../base-command.js";
import { renderOverlap } from "../../console/render-overlap.js";
import { findOverlap, type Overlap } from "../../data/find-overlap.js";
import { dataReferenceHelp, openData } from "../../data/open-data.js";

export class DataOverlapCommand extends BaseCommand {
  static override summary = "Find what two data sets share: images, near copies, questions";
  static override description =
    "Images are compared by their decoded pixels and by a perceptual hash of 256 bits, which survives scaling and " +
    "compression; near copies are candidates to look at, since scans of one kind look alike.";
  static override examples = [
    "<%= config.bin %> data overlap rarl.yaml#train rarl.yaml#test",
    '<%= config.bin %> data overlap "slake:Slake1.0?split=train" "parquet:rad/test-*.parquet" --distance 6',
  ];
  static override args = {
    a: Args.string({ required: true, description: `Usually what is trained on. ${dataReferenceHelp}` }),
    b: Args.string({ required: true, description: "Usually what is tested on" }),
  };
  static override flags = {
    distance: Flags.integer({
      default: 8,
      min: 0,
      max: 64,
      helpValue: "BITS",
      description: "Unequal bits up to which two images look alike",
    }),
    plugin: Flags.string({
      multiple: true,
      default: [],
      description: "Plugin to load: package name or path",
    }),
  };

  override async run(): Promise<Overlap> {
    const { args, flags } = await this.parse(DataOverlapCommand);
    const a = await openData(args.a, flags.plugin);
    const b = await openData(args.b, flags.plugin);
    const overlap = await findOverlap(a.dataset, b.dataset, flags.distance);
    this.print(renderOverlap(overlap));
    return overlap;
  }
}
