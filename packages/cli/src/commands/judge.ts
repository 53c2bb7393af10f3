import path from "node:path";
import { Args, Flags } from "@oclif/core";
import {
  figureGroups,
  judgeEvaluation,
  rarlError,
  readEvaluation,
  readPredictions,
  sampleOfPrediction,
  type Figure,
  type Verdict,
} from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { privacyNotice } from "../console/privacy-notice.js";
import { renderFigures } from "../console/render-figures.js";
import { stderrScreen, type Screen } from "../console/screen.js";
import { listenForInterrupts } from "../interrupts.js";
import { evaluationFolders, judgingSource, type JudgingSource } from "../judging-source.js";
import { Reported } from "../report-failure.js";

type State = Verdict["state"];

/** What one judge said of one evaluation. */
export interface JudgedEvaluation {
  readonly directory: string;
  readonly judge: string;
  readonly states: Readonly<Record<State, number>>;
  /** Verdicts that an earlier command had left. */
  readonly kept: number;
  /** US dollars that this command spent on it; null where the price is not known. */
  readonly cost: number | null;
}

export interface JudgingSummary {
  readonly judged: readonly JudgedEvaluation[];
  readonly evaluations: readonly { readonly directory: string; readonly figures: readonly Figure[] }[];
}

export class JudgeCommand extends BaseCommand {
  static override summary = "Have judges grade the predictions of evaluations";
  static override description =
    "Asks the judges of a run or configuration, or without one the offline judge of rules. Verdicts are written as they " +
    "come, so the same command goes on where one was stopped, and asks again only about what failed. Judges with an " +
    "endpoint are sent text; the command says so before it does.";
  static override examples = [
    "<%= config.bin %> judge runs/a/eval/test",
    "<%= config.bin %> judge --run runs/a",
    "<%= config.bin %> judge runs/a/eval/test runs/b/eval/test --config judges.yaml --judge gpt-4o-mini",
    "<%= config.bin %> judge --run runs/a --again unparseable",
  ];
  static override args = {
    folders: Args.string({
      multiple: true,
      description: "Folders of evaluations; with --run all of the run's when absent",
    }),
  };
  static override flags = {
    config: Flags.string({
      helpValue: "FILE",
      description: "YAML file with `judges:`; a run's configuration will do",
    }),
    run: Flags.string({ helpValue: "DIR", description: "Folder of a run; its judges are asked" }),
    judge: Flags.string({
      multiple: true,
      default: [],
      helpValue: "LABEL",
      description: "Ask this judge alone; all of them when absent",
    }),
    again: Flags.option({ options: ["refused", "unparseable"] as const, multiple: true })({
      default: [],
      description: "Ask again about verdicts of this state; errors always are",
    }),
    set: Flags.string({
      multiple: true,
      default: [],
      helpValue: "KEY=VALUE",
      description: "Override a value of the configuration",
    }),
    quiet: Flags.boolean({ char: "q", description: "Print nothing but errors" }),
  };

  override async run(): Promise<JudgingSummary> {
    const { args, flags } = await this.parse(JudgeCommand);
    const named = (args.folders ?? []).map((folder) => path.resolve(folder));
    if (named.length === 0 && flags.run === undefined)
      this.error("Give folders of evaluations, or --run DIR", { exit: 2 });
    const folders = named.length > 0 ? named : await evaluationFolders(flags.run!);
    const source = await judgingSource({
      config: flags.config,
      run: flags.run,
      overrides: flags.set,
      judges: flags.judge,
    });
    if (source.config.judges.length === 0)
      this.error(
        "The configuration has no judges; name some under `judges:`, or give folders alone to have them judged by rules",
        {
          exit: 2,
        },
      );
    const screen = stderrScreen({ isQuiet: flags.quiet || this.jsonEnabled() });
    for (const notice of privacyNotice(source.kernel, source.config)) screen.line(notice);
    const interrupts = listenForInterrupts((message) => {
      screen.line(message);
    }, messages);
    const { step, now } = interrupts.signals;
    try {
      const judged = await judgeAll(source, folders, flags.again, AbortSignal.any([step, now]), screen);
      const evaluations = await Promise.all(folders.map((directory) => gradesOf(directory)));
      const summary = { judged, evaluations };
      if (!flags.quiet) this.print(render(summary));
      return refuseGaps(summary);
    } catch (error) {
      if (!step.aborted && !now.aborted) throw error;
      screen.clear();
      screen.line("interrupted; the same command goes on from here");
      throw new Reported(130);
    } finally {
      screen.clear();
      interrupts.dispose();
      for (const similarity of source.kernel.made("similarities")) await similarity.dispose?.();
    }
  }
}

const messages = { step: "Stopping; every verdict that came in is kept.", now: "Stopping now." };

async function judgeAll(
  { kernel, config }: JudgingSource,
  folders: readonly string[],
  again: readonly State[],
  signal: AbortSignal,
  screen: Screen,
): Promise<readonly JudgedEvaluation[]> {
  const judges = config.judges.map(({ name, label, options }) => ({
    label,
    plugin: kernel.components("judges").find((component) => component.name === name)!.plugin,
    judge: kernel.create("judges", name, options),
  }));
  const judged: JudgedEvaluation[] = [];
  for (const directory of folders) {
    const predictions = await readPredictions(directory);
    const items = predictions.map((record) => ({
      sample: sampleOfPrediction(record),
      prediction: record.completion,
    }));
    // Together: each waits for its own provider.
    const outcomes = await Promise.allSettled(
      judges.map(async (one): Promise<JudgedEvaluation> => {
        const progress = progressOf(one.label, items.length, screen);
        const request = { ...one, directory, items, signal, again, onVerdict: progress.onVerdict };
        const { verdicts, kept } = await judgeEvaluation(request);
        return { directory, judge: one.label, states: count(verdicts), kept, cost: progress.cost() };
      }),
    );
    screen.clear();
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") throw outcome.reason;
      judged.push(outcome.value);
    }
  }
  return judged;
}

interface Progress {
  readonly onVerdict: (verdict: Verdict) => void;
  /** Dollars so far; null where a price is not known. */
  readonly cost: () => number | null;
}

function progressOf(label: string, total: number, screen: Screen): Progress {
  let done = 0;
  let spent = 0;
  let isPriced = true;
  return {
    onVerdict: ({ cost }) => {
      done++;
      spent += cost ?? 0;
      if (cost === null) isPriced = false;
      const price = isPriced && spent > 0 ? `  $${spent.toFixed(4)}` : "";
      screen.status(`${label}: ${done} of ${total} judged${price}`);
    },
    cost: () => (isPriced ? spent : null),
  };
}

function count(verdicts: readonly Verdict[]): Readonly<Record<State, number>> {
  const states = { valid: 0, refused: 0, unparseable: 0, error: 0 };
  for (const { state } of verdicts) states[state]++;
  return states;
}

/** What the judges of an evaluation say, with its intervals. */
async function gradesOf(directory: string): Promise<JudgingSummary["evaluations"][number]> {
  const [whole] = figureGroups(await readEvaluation(directory));
  const figures = (whole?.figures ?? []).filter(({ measure }) => measure.startsWith("judge:"));
  return { directory, figures };
}

function render({ judged, evaluations }: JudgingSummary): string {
  return evaluations
    .map(({ directory, figures }) => {
      const lines = judged
        .filter((one) => one.directory === directory)
        .map(({ judge, states, kept, cost }) => {
          const failed = (["refused", "unparseable", "error"] as const)
            .filter((state) => states[state] > 0)
            .map((state) => `, ${states[state]} ${state}`)
            .join("");
          const earlier = kept === 0 ? "" : `; ${kept} of them from earlier`;
          const spent = cost === null ? "; cost not known" : cost === 0 ? "" : `; $${cost.toFixed(4)}`;
          return `${judge}: ${states.valid} valid${failed}${earlier}${spent}`;
        });
      const table = renderFigures(path.basename(directory), [{ by: "all", group: "all", figures }]);
      return [table, "", ...lines, directory, ""].join("\n");
    })
    .join("\n");
}

/** @throws RarlError `JUDGE_INCOMPLETE` when predictions are left without a verdict */
function refuseGaps(summary: JudgingSummary): JudgingSummary {
  const missing = summary.judged
    .filter(({ states }) => states.error > 0)
    .map(({ judge, directory, states }) => ({ judge, directory, count: states.error }));
  if (missing.length > 0) throw rarlError("JUDGE_INCOMPLETE", { missing });
  return summary;
}
