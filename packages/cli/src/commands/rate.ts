import path from "node:path";
import { Args, Flags } from "@oclif/core";
import {
  exportPage,
  importFiles,
  openSession,
  raterName,
  serveRatings,
  type ImportResult,
  type RaterSummary,
} from "@rarl-sdk/human-ratings";
import { BaseCommand } from "../base-command.js";
import { formatTable } from "../console/table.js";
import { untilInterrupted } from "../until-interrupted.js";

/** What became of the ratings, by what was asked for. */
interface Rated {
  readonly items?: number;
  readonly raters?: readonly RaterSummary[];
  readonly exported?: string;
  readonly imported?: readonly ImportResult[];
}

export class RateCommand extends BaseCommand {
  static override summary = "Have people rate predictions, blindly, on a local page";
  static override description =
    "Shows image, question, reference and prediction without saying which system made it, and takes the two scores of " +
    "the judges, 0 or 1, by keyboard. Ratings go into ratings-<rater>.jsonl of each folder. Ctrl-C ends; the same " +
    "command goes on.";
  static override examples = [
    "<%= config.bin %> rate runs/sft/eval/test runs/rarl/eval/test",
    "<%= config.bin %> rate runs/sft/eval/test runs/rarl/eval/test --limit 50 --export rate.html",
    "<%= config.bin %> rate runs/sft/eval/test runs/rarl/eval/test --import ratings-anna.json",
  ];
  static override args = {
    folders: Args.string({
      required: true,
      multiple: true,
      description: "Folders of evaluations; several are mixed",
    }),
  };
  static override flags = {
    seed: Flags.integer({
      default: 42,
      min: 0,
      description: "Of the order, and of the samples under --limit",
    }),
    limit: Flags.integer({
      min: 1,
      helpValue: "N",
      description: "Rate N samples only, the same ones of every folder",
    }),
    rater: Flags.string({ helpValue: "NAME", description: "Who rates; the page asks when absent" }),
    port: Flags.integer({
      default: 0,
      min: 0,
      max: 65535,
      description: "Port on 127.0.0.1; 0 takes a free one",
    }),
    export: Flags.string({
      helpValue: "FILE",
      exclusive: ["import"],
      description: "Write the page as one HTML file for a rater without this program, instead of serving it",
    }),
    import: Flags.string({
      multiple: true,
      helpValue: "FILE",
      description: "Read ratings back that such a page saved",
    }),
  };

  override async run(): Promise<Rated> {
    const { args, flags } = await this.parse(RateCommand);
    const folders = args.folders.map((folder) => path.resolve(folder));
    if (flags.import !== undefined) return this.import(folders, flags.import);
    const rater = flags.rater === undefined ? null : raterName(flags.rater);
    const session = await openSession({ folders, seed: flags.seed, limit: flags.limit ?? null });
    const items = session.items.size;
    if (flags.export !== undefined) {
      const file = path.resolve(flags.export);
      await exportPage({ session, file, rater });
      this.print(file);
      return { items, exported: file };
    }
    const raters = await serveRatings({
      session,
      rater,
      port: flags.port,
      until: untilInterrupted(),
      onAddress: (address) => {
        // With --json stdout is for the result alone.
        const stream = this.jsonEnabled() ? process.stderr : process.stdout;
        stream.write(`${items} items to rate, in a browser on this machine:\n\n  ${address}\n\n`);
        stream.write("A rating is on disk when the next item shows. Ctrl-C ends.\n");
      },
    });
    this.print(renderRaters(raters));
    return { items, raters };
  }

  private async import(folders: readonly string[], files: readonly string[]): Promise<Rated> {
    const imported = await importFiles(
      folders,
      files.map((file) => path.resolve(file)),
    );
    for (const { file, rater, taken, known } of imported)
      this.print(`${file}: ${taken} ratings of ${rater} taken, ${known} known already`);
    return { imported };
  }
}

function renderRaters(raters: readonly RaterSummary[]): string {
  if (raters.length === 0) return "\nNobody has rated yet.";
  const rows = raters.map(({ rater, rated, skipped, open }) => [
    rater,
    ...[rated, skipped, open].map(String),
  ]);
  return `\n${formatTable([["rater", "rated", "skipped", "open"], ...rows])}`;
}
