import { Args, Flags } from "@oclif/core";
import { dataRecipients, fingerprintConfig, type ConfiguredRecipient } from "@rarl-sdk/core";
import { BaseCommand } from "../../base-command.js";
import { privacyNotice } from "../../console/privacy-notice.js";
import { openConfig } from "../../open-config.js";

export class ConfigCheckCommand extends BaseCommand {
  static override summary = "Check a configuration and its plugins without running it";
  static override description =
    "Model and data are not opened; `rarl-sdk run CONFIG --dry-run` does that, and trains nothing.";
  static override examples = ["<%= config.bin %> config check rarl.yaml"];
  static override args = { config: Args.string({ required: true, description: "YAML file" }) };
  static override flags = {
    set: Flags.string({
      multiple: true,
      default: [],
      helpValue: "KEY=VALUE",
      description: "Override a value",
    }),
  };

  override async run(): Promise<{
    readonly file: string;
    readonly valid: true;
    readonly fingerprint: string;
    readonly plugins: readonly string[];
    /** Who is sent samples; empty when nothing leaves the machine. */
    readonly sendsTo: readonly ConfiguredRecipient[];
  }> {
    const { args, flags } = await this.parse(ConfigCheckCommand);
    const { config, kernel } = await openConfig({ file: args.config, overrides: flags.set });
    this.print(`${args.config}: in order`);
    for (const notice of privacyNotice(kernel, config)) this.print(notice);
    return {
      file: args.config,
      valid: true,
      fingerprint: fingerprintConfig(config),
      plugins: kernel.plugins.map(({ name }) => name),
      sendsTo: dataRecipients(kernel, config),
    };
  }
}
