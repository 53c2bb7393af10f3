import path from "node:path";
import { Args, Flags } from "@oclif/core";
import {
  countRecords,
  figureGroups,
  folderName,
  readEvaluation,
  runEvaluations,
  type FigureGroup,
  type PlannedEvaluation,
} from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { formatDuration } from "../console/duration.js";
import { formatCounts } from "../console/record-counts.js";
import { privacyNotice } from "../console/privacy-notice.js";
import { renderFigures } from "../console/render-figures.js";
import { stderrScreen } from "../console/screen.js";
import { evaluationSource } from "../evaluation-source.js";
import { listenForInterrupts } from "../interrupts.js";
import { Reported } from "../report-failure.js";

export interface EvaluationSummary {
  readonly label: string;
  readonly directory: string;
  /** It was there already; nothing was generated. */
  readonly wasThere: boolean;
  readonly groups: readonly FigureGroup[];
}

export class EvalCommand extends BaseCommand {
  static override summary = "Ask a model a test set's questions and score the answers";
  static override description =
    "Writes every prediction as it comes, so that an evaluation that was stopped goes on where it was when the command " +
    "is given again. Judges grade the predictions with `rarl-sdk judge`, people with `rarl-sdk rate`.";
  static override examples = [
    "<%= config.bin %> eval --run runs/my-run-2026-01-01T00-00-00",
    "<%= config.bin %> eval --run runs/a --base --style reasoning --style non-reasoning",
    "<%= config.bin %> eval rarl.yaml --adapter runs/a/checkpoints/checkpoint-100 --output evaluations",
    "<%= config.bin %> eval --run runs/a --set 'data.evaluation.slake={name: jsonl, path: slake.jsonl}' --data slake",
  ];
  static override args = {
    config: Args.string({ description: "YAML file; not needed with --run" }),
  };
  static override flags = {
    run: Flags.string({ helpValue: "DIR", description: "Folder of a run; its result is evaluated" }),
    base: Flags.boolean({
      exclusive: ["adapter", "merged"],
      description: "The model before training, without adapter",
    }),
    adapter: Flags.string({
      helpValue: "DIR",
      exclusive: ["merged"],
      description: "Folder of a saved adapter, such as a checkpoint's",
    }),
    merged: Flags.string({ helpValue: "DIR", description: "Full checkpoint in place of the model" }),
    data: Flags.string({
      multiple: true,
      default: [],
      helpValue: "NAME",
      description: "Evaluation set by its name under data.evaluation; all of them when absent",
    }),
    style: Flags.string({
      multiple: true,
      default: [],
      helpValue: "NAME",
      description: "Inference prompt, such as reasoning or non-reasoning; the configuration's when absent",
    }),
    set: Flags.string({
      multiple: true,
      default: [],
      helpValue: "KEY=VALUE",
      description: "Override a value of the configuration",
    }),
    output: Flags.string({
      helpValue: "DIR",
      description: "Folder that receives a folder an evaluation; RUN/eval, or evaluations without a run",
    }),
    label: Flags.string({
      helpValue: "NAME",
      description: "Name of the evaluation's folder in place of set, style and weights",
    }),
    overwrite: Flags.boolean({
      description: "Evaluate anew what is there, its verdicts and ratings with it",
    }),
    quiet: Flags.boolean({ char: "q", description: "Print nothing but errors" }),
  };

  override async run(): Promise<{ readonly evaluations: readonly EvaluationSummary[] }> {
    const { args, flags } = await this.parse(EvalCommand);
    if ((args.config === undefined) === (flags.run === undefined)) {
      this.error("Give a configuration file or --run DIR, one of the two", { exit: 2 });
    }
    const source = await evaluationSource({
      config: args.config,
      run: flags.run,
      base: flags.base,
      adapter: flags.adapter,
      merged: flags.merged,
      overrides: flags.set,
    });
    const directory = path.resolve(
      flags.output ?? (flags.run === undefined ? "evaluations" : path.join(flags.run, "eval")),
    );
    const sets = flags.data.length > 0 ? flags.data : Object.keys(source.config.data.evaluation);
    const styles = flags.style.length > 0 ? flags.style : [null];
    if (sets.length === 0)
      this.error("The configuration has no evaluation set under data.evaluation", { exit: 2 });
    if (flags.label !== undefined && sets.length * styles.length > 1)
      this.error("--label names one evaluation: choose one --data and one --style", { exit: 2 });
    for (const name of flags.label === undefined ? flags.style : [flags.label, ...flags.style]) {
      const allowed = folderName.safeParse(name);
      if (!allowed.success)
        this.error(`"${name}" cannot name a folder: it ${allowed.error.issues[0]!.message}`, { exit: 2 });
    }
    const evaluations = sets.flatMap((set) =>
      styles.map((style): PlannedEvaluation => {
        const label = flags.label ?? `${set}${style === null ? "" : `-${style}`}${source.suffix}`;
        return { set, style, label, directory: path.join(directory, label) };
      }),
    );
    return this.evaluate(source, directory, evaluations, flags);
  }

  private async evaluate(
    { kernel, config, adapterFrom, weights }: Awaited<ReturnType<typeof evaluationSource>>,
    directory: string,
    evaluations: readonly PlannedEvaluation[],
    { overwrite, quiet }: { readonly overwrite: boolean; readonly quiet: boolean },
  ): Promise<{ readonly evaluations: readonly EvaluationSummary[] }> {
    const screen = stderrScreen({ isQuiet: quiet || this.jsonEnabled() });
    // Rewards are scored, judges are not asked.
    for (const notice of privacyNotice(kernel, { ...config, judges: [] })) screen.line(notice);
    const interrupts = listenForInterrupts((message) => {
      screen.line(message);
    }, evaluationMessages);
    const { step, now } = interrupts.signals;
    const progress = { label: "", total: 0, first: 0, startedAt: 0 };
    try {
      const finished = await runEvaluations({
        kernel,
        config,
        adapterFrom,
        weights,
        directory,
        evaluations,
        overwrite,
        signal: AbortSignal.any([step, now]),
        onStart: ({ label }, dataset, earlier) => {
          const total = dataset.length;
          Object.assign(progress, { label, total, first: earlier, startedAt: performance.now() });
          const from = earlier === 0 ? "" : `; ${earlier} of them done earlier`;
          screen.line(`evaluating ${label}: ${formatCounts(countRecords(dataset))}${from}`);
          const [problem] = dataset.problems;
          if (problem !== undefined) screen.line(`the first record set aside: ${problem.message}`);
        },
        onProgress: (done) => {
          const seconds = (performance.now() - progress.startedAt) / 1000;
          const rate = (done - progress.first) / seconds;
          const left = formatDuration((progress.total - done) / rate);
          screen.status(`${progress.label}: ${done}/${progress.total}  ${rate.toFixed(2)}/s  ${left} left`);
        },
      });
      screen.clear();
      const summaries: EvaluationSummary[] = [];
      for (const { label, directory: folder, wasThere } of finished) {
        const groups = figureGroups(await readEvaluation(folder));
        summaries.push({ label, directory: folder, wasThere, groups });
        if (!quiet) this.print(`${renderFigures(label, groups)}\n\n${folder}\n`);
        if (wasThere) screen.line(`${label} was there already; --overwrite evaluates it anew`);
      }
      return { evaluations: summaries };
    } catch (error) {
      if (!step.aborted && !now.aborted) throw error;
      screen.clear();
      screen.line("interrupted; the same command goes on from here");
      throw new Reported(130);
    } finally {
      screen.clear();
      interrupts.dispose();
    }
  }
}

const evaluationMessages = {
  step: "Stopping; every prediction made so far is kept.",
  now: "Stopping now.",
};
