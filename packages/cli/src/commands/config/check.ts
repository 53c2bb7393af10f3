import { Args, Flags } from "@oclif/core";
import {
  dataRecipients,
  fingerprintConfig,
  isJudgingAlone,
  loadConfigFile,
  type ConfiguredRecipient,
} from "@rarl-sdk/core";
import { BaseCommand } from "../../base-command.js";
import { privacyNotice } from "../../console/privacy-notice.js";
import { judgingSource } from "../../judging-source.js";
import { openConfig } from "../../open-config.js";

export class ConfigCheckCommand extends BaseCommand {
  static override summary = "Check a configuration and its plugins without running it";
  static override description =
    "Model and data are not opened; `rarl-sdk run CONFIG --dry-run` does that, and trains nothing. A file with judges " +
    "alone, as `rarl-sdk judge --config` takes, is checked too.";
  static override examples = [
    "<%= config.bin %> config check rarl.yaml",
    "<%= config.bin %> config check rarl.yaml --set training.steps=10",
  ];
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
    /** Null of a file with judges alone. */
    readonly fingerprint: string | null;
    readonly plugins: readonly string[];
    /** Who is sent samples; empty when nothing leaves the machine. */
    readonly sendsTo: readonly ConfiguredRecipient[];
  }> {
    const { args, flags } = await this.parse(ConfigCheckCommand);
    const file = args.config;
    const { config, kernel, fingerprint } = await check(file, flags.set);
    this.print(`${file}: in order`);
    for (const notice of privacyNotice(kernel, config)) this.print(notice);
    return {
      file,
      valid: true,
      fingerprint,
      plugins: kernel.plugins.map(({ name }) => name),
      sendsTo: dataRecipients(kernel, config),
    };
  }
}

async function check(file: string, overrides: readonly string[]) {
  const { raw } = await loadConfigFile(file);
  if (isJudgingAlone(raw)) {
    const judging = await judgingSource({ config: file, overrides, run: undefined, judges: [] });
    return { ...judging, fingerprint: null };
  }
  const { kernel, config } = await openConfig({ file, overrides });
  return { kernel, config, fingerprint: fingerprintConfig(config) };
}
