import { Args, Flags } from "@oclif/core";
import { effectiveConfig } from "@rarl-sdk/core";
import { stringify } from "yaml";
import { BaseCommand } from "../../base-command.js";
import { openConfig } from "../../open-config.js";

export class ConfigPrintCommand extends BaseCommand {
  static override summary = "Print a configuration with every default filled in";
  static override examples = ["<%= config.bin %> config print rarl.yaml --set seed=7"];
  static override args = { config: Args.string({ required: true, description: "YAML file" }) };
  static override flags = {
    set: Flags.string({
      multiple: true,
      default: [],
      helpValue: "KEY=VALUE",
      description: "Override a value",
    }),
  };

  override async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(ConfigPrintCommand);
    const { config } = await openConfig({ file: args.config, overrides: flags.set });
    const effective = effectiveConfig(config);
    this.print(stringify(effective, { lineWidth: 110, aliasDuplicateObjects: false }).trimEnd());
    return effective;
  }
}
