import path from "node:path";
import { Args, Flags } from "@oclif/core";
import { readRun, reportMarkdown, reportPage, writeFileAtomic } from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { embeddable } from "../embeddable.js";

export class ReportCommand extends BaseCommand {
  static override summary = "Write what a run learnt and how it answers into one page";
  static override description =
    "An HTML page without external assets or scripts: learning curves, reward parts, results with intervals, samples " +
    "with their images; and the same tables as Markdown. The page embeds images of the data set: share it accordingly.";
  static override examples = [
    "<%= config.bin %> report runs/my-run-2026-01-01T00-00-00",
    "<%= config.bin %> report evaluations/test --samples 40 --output test-report",
  ];
  static override args = {
    run: Args.string({ required: true, description: "Folder of a run or of an evaluation" }),
  };
  static override flags = {
    output: Flags.string({
      helpValue: "NAME",
      description: "Files to write, without their extensions; report in the folder when absent",
    }),
    samples: Flags.integer({
      default: 12,
      min: 0,
      helpValue: "N",
      description: "Samples shown of each evaluation, drawn at random",
    }),
  };

  override async run(): Promise<{ readonly html: string; readonly markdown: string }> {
    const { args, flags } = await this.parse(ReportCommand);
    const run = await readRun(args.run);
    const stem = path.resolve(flags.output ?? path.join(run.directory, "report"));
    const files = { html: `${stem}.html`, markdown: `${stem}.md` };
    const options = { samples: flags.samples, readThumbnail: embeddable };
    await writeFileAtomic(files.html, await reportPage(run, options));
    await writeFileAtomic(files.markdown, reportMarkdown(run));
    this.print(`${files.html}\n${files.markdown}`);
    return files;
  }
}
