import path from "node:path";
import { Args, Flags } from "@oclif/core";
import {
  comparisonPage,
  comparisonTables,
  rarlError,
  readRun,
  renderMarkdownTable,
  writeFileAtomic,
  type EvaluationData,
  type ReportTable,
} from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { renderReportTable } from "../console/render-report-table.js";

export class CompareCommand extends BaseCommand {
  static override summary = "Lay evaluations out beside each other and beside the paper's tables";
  static override description =
    "Tables shaped like the paper's 2, 3 and 6, its figures beside. Then evaluations of the same " +
    "set against each other on the items that both answered: difference with an interval, McNemar's exact test.";
  static override examples = [
    "<%= config.bin %> compare runs/sft runs/rarl",
    "<%= config.bin %> compare runs/rarl/eval/test-before runs/rarl/eval/test --output comparison.html",
  ];
  // oclif takes several values of an argument only where it is not strict.
  static override strict = false;
  static override args = {
    run: Args.string({
      required: true,
      description: "Folders of runs or evaluations, baselines first",
    }),
  };
  static override flags = {
    label: Flags.string({
      multiple: true,
      default: [],
      helpValue: "NAME",
      description: "Evaluation to take from each run; all of them when absent",
    }),
    output: Flags.string({ helpValue: "FILE", description: "File to write as well: .html or .md" }),
  };

  override async run(): Promise<{ readonly tables: readonly ReportTable[] }> {
    const { argv, flags } = await this.parse(CompareCommand);
    const extension = flags.output === undefined ? null : path.extname(flags.output);
    if (extension !== null && extension !== ".html" && extension !== ".md")
      this.error("--output must end in .html or .md", { exit: 2 });
    const evaluations: EvaluationData[] = [];
    for (const folder of argv as string[]) {
      const { directory, evaluations: found } = await readRun(folder);
      if (found.length === 0)
        throw rarlError("EVALUATION_NOT_FOUND", { directory, missing: "an evaluation under eval/" });
      evaluations.push(...found);
    }
    const isAsked = ({ label }: EvaluationData) => flags.label.length === 0 || flags.label.includes(label);
    const chosen = distinct(evaluations.filter(isAsked));
    if (chosen.length === 0) {
      const labels = [...new Set(evaluations.map(({ label }) => label))].join(", ");
      this.error(`No evaluation has that label; these folders hold ${labels}`, { exit: 2 });
    }
    const tables = comparisonTables(chosen);
    this.print(tables.map(renderReportTable).join("\n\n"));
    if (flags.output !== undefined) {
      const file = path.resolve(flags.output);
      const markdown = () => `${tables.map((table) => renderMarkdownTable(table)).join("\n\n")}\n`;
      await writeFileAtomic(file, extension === ".html" ? comparisonPage(tables) : markdown());
      this.print(`\n${file}`);
    }
    return { tables };
  }
}

/** A folder that was named twice counts once. */
function distinct(evaluations: readonly EvaluationData[]): readonly EvaluationData[] {
  return [...new Map(evaluations.map((evaluation) => [evaluation.directory, evaluation])).values()];
}
