import { CompareCommand } from "./commands/compare.js";
import { ConfigCheckCommand } from "./commands/config/check.js";
import { ConfigPrintCommand } from "./commands/config/print.js";
import { ConfigSchemaCommand } from "./commands/config/schema.js";
import { DataConvertCommand } from "./commands/data/convert.js";
import { DataInspectCommand } from "./commands/data/inspect.js";
import { DataOverlapCommand } from "./commands/data/overlap.js";
import { DoctorCommand } from "./commands/doctor.js";
import { EngineInstallCommand } from "./commands/engine/install.js";
import { EvalCommand } from "./commands/eval.js";
import { ExplainCommand } from "./commands/explain.js";
import { ExportCommand } from "./commands/export.js";
import { GenerateCommand } from "./commands/generate.js";
import { JudgeCommand } from "./commands/judge.js";
import { PluginsListCommand } from "./commands/plugins/list.js";
import { RateCommand } from "./commands/rate.js";
import { ReportCommand } from "./commands/report.js";
import { RunCommand } from "./commands/run.js";

export { firstPartyPlugins } from "./first-party.js";
export { SdkHelp } from "./help.js";
export { commandNotFound } from "./hooks/command-not-found.js";

/** Every command by its name, `:` between topic and command. */
export const commands = {
  run: RunCommand,
  eval: EvalCommand,
  report: ReportCommand,
  compare: CompareCommand,
  generate: GenerateCommand,
  export: ExportCommand,
  judge: JudgeCommand,
  rate: RateCommand,
  "data:inspect": DataInspectCommand,
  "data:convert": DataConvertCommand,
  "data:overlap": DataOverlapCommand,
  doctor: DoctorCommand,
  "engine:install": EngineInstallCommand,
  "plugins:list": PluginsListCommand,
  "config:print": ConfigPrintCommand,
  "config:check": ConfigCheckCommand,
  "config:schema": ConfigSchemaCommand,
  explain: ExplainCommand,
};
