import { Flags } from "@oclif/core";
import { BaseCommand } from "../base-command.js";
import { renderExamination } from "../doctor/render-examination.js";
import { examine, type Examination } from "../doctor/examine.js";
import { Reported } from "../report-failure.js";

/** Exit code of an environment in which nothing can run. */
const environment = 5;

export class DoctorCommand extends BaseCommand {
  static override summary = "Look whether this machine can train, and with which engine";
  static override examples = ["<%= config.bin %> doctor", "<%= config.bin %> doctor --json"];
  static override flags = {
    output: Flags.string({
      default: "runs",
      helpValue: "DIR",
      description: "Folder that is to receive runs",
    }),
    plugin: Flags.string({
      multiple: true,
      default: [],
      description: "Plugin to load: package name or path",
    }),
  };

  override async run(): Promise<Examination> {
    const { flags } = await this.parse(DoctorCommand);
    const examination = await examine({ output: flags.output, plugins: flags.plugin });
    this.print(renderExamination(examination));
    if (!examination.canTrain) {
      if (this.jsonEnabled()) this.logJson(examination);
      throw new Reported(environment);
    }
    return examination;
  }
}
