import path from "node:path";
import { Args, Flags } from "@oclif/core";
import { readRunRecord, RunProfile, runTraining, traceHooks } from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { ConsoleTracker } from "../console/console-tracker.js";
import { privacyNotice } from "../console/privacy-notice.js";
import { RunPlan } from "../console/run-plan.js";
import { stderrScreen } from "../console/screen.js";
import { newestRun } from "../newest-run.js";
import { openConfig } from "../open-config.js";
import { Reported } from "../report-failure.js";
import { runSummary, type RunSummary } from "../run-summary.js";
import { listenForInterrupts } from "../interrupts.js";
import { renderSummary } from "../console/render-summary.js";

/** `--resume` alone means the newest run of the configuration. */
const newest = "newest";

export class RunCommand extends BaseCommand {
  static override summary = "Train as a configuration says";
  static override description =
    "Opens the model, attaches the adapter, trains, evaluates, and leaves a run folder behind. Ctrl-C finishes the " +
    "step and writes a checkpoint; a second Ctrl-C stops at once.";
  static override examples = [
    "<%= config.bin %> run rarl.yaml",
    "<%= config.bin %> run rarl.yaml --set training.steps=10 --set rewards.0.weight=2",
    "<%= config.bin %> run rarl.yaml --resume",
    "<%= config.bin %> run rarl.yaml --dry-run",
  ];
  static override args = {
    config: Args.string({ description: "YAML file; not needed with --resume DIR" }),
  };
  static override flags = {
    set: Flags.string({
      multiple: true,
      default: [],
      helpValue: "KEY=VALUE",
      description: "Override a value",
    }),
    resume: Flags.string({ helpValue: "[DIR]", description: "Continue a run; the newest one without DIR" }),
    "allow-changes": Flags.boolean({
      dependsOn: ["resume"],
      description: "Continue although configuration, data or model changed",
    }),
    "dry-run": Flags.boolean({ description: "Load everything, encode one prompt, train nothing" }),
    "trace-hooks": Flags.boolean({ description: "Print every hook and tap as it fires, on stderr" }),
    profile: Flags.boolean({
      description: "Measure where steps spend time and memory: a table at the end, metrics, and trace.json",
    }),
    output: Flags.string({ helpValue: "DIR", description: "Folder that receives the run folder" }),
    quiet: Flags.boolean({ char: "q", description: "Print nothing but errors" }),
  };

  override async run(): Promise<RunSummary> {
    const { args, flags } = await this.parse(RunCommand, withResumeValue(this.argv));
    const overrides = [...flags.set];
    if (flags.output !== undefined) overrides.push(`output=${JSON.stringify(path.resolve(flags.output))}`);
    const screen = stderrScreen({ isQuiet: flags.quiet || this.jsonEnabled() });

    const named = flags.resume === undefined || flags.resume === newest ? null : path.resolve(flags.resume);
    const file = args.config ?? (named === null ? null : path.join(named, "config.yaml"));
    if (file === null) this.error("Missing the configuration file: rarl-sdk run CONFIG", { exit: 2 });
    const opened = await openConfig({
      file,
      overrides,
      baseDirectory: args.config === undefined ? (await readRunRecord(named!)).baseDirectory : undefined,
      watch: {
        onSlow: ({ plugin, tap, hook, seconds }) => {
          screen.line(`tap "${tap}" of plugin ${plugin} on hook ${hook} has not settled for ${seconds} s`);
        },
      },
    });
    const { kernel, config, baseDirectory } = opened;
    for (const notice of privacyNotice(kernel, config)) screen.line(notice);
    const resume = flags.resume === newest ? await newestRun(config, baseDirectory) : named;
    if (flags["trace-hooks"]) traceHooks(kernel.hooks, (line) => process.stderr.write(`${line}\n`));
    const tracker = new ConsoleTracker(screen);
    tracker.track(kernel.hooksFor("console"));
    const plan = flags["dry-run"] ? new RunPlan(kernel.hooks, config) : null;
    plan?.watch();
    const profile = flags.profile ? new RunProfile() : null;
    profile?.watch(kernel.hooks);

    const interrupts = listenForInterrupts((message) => {
      screen.line(message);
    });
    try {
      const end = await runTraining({
        kernel,
        config,
        baseDirectory,
        signal: interrupts.signals,
        resume: resume ?? undefined,
        allowChanges: flags["allow-changes"],
        dryRun: flags["dry-run"],
        profile: profile ?? undefined,
      });
      await profile?.stop();
      screen.clear();
      const summary = await runSummary(
        end,
        tracker.lastMetrics,
        plan?.describe() ?? null,
        profile?.rows() ?? null,
      );
      if (!flags.quiet) this.print(plan?.render() ?? renderSummary(summary, end, config));
      if (end.status === "interrupted") {
        if (this.jsonEnabled()) this.logJson(summary);
        throw new Reported(130);
      }
      return summary;
    } finally {
      screen.clear();
      await profile?.stop();
      interrupts.dispose();
    }
  }
}

/** oclif has no flags whose value may be left out: a lone `--resume` gets its value here. */
function withResumeValue(argv: readonly string[]): string[] {
  const at = argv.indexOf("--resume");
  const next = argv[at + 1];
  const isAlone = at >= 0 && (next === undefined || next.startsWith("-") || /\.ya?ml$/i.test(next));
  return isAlone ? argv.toSpliced(at + 1, 0, newest) : [...argv];
}
