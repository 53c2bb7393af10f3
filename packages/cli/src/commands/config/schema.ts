import path from "node:path";
import { Args, Flags } from "@oclif/core";
import {
  configJsonSchema,
  createKernel,
  loadConfigFile,
  pluginEntries,
  writeFileAtomic,
} from "@rarl-sdk/core";
import { BaseCommand } from "../../base-command.js";
import { firstPartyPlugins } from "../../first-party.js";

export class ConfigSchemaCommand extends BaseCommand {
  static override summary = "Print the JSON Schema (draft-07) of configurations, for editors";
  static override description =
    "With a configuration, the schema knows the options of the plugins that it names. Begin a YAML file with " +
    "`# yaml-language-server: $schema=rarl.schema.json` to use it.";
  static override examples = ["<%= config.bin %> config schema rarl.yaml --output rarl.schema.json"];
  static override args = { config: Args.string({ description: "YAML file whose plugins count" }) };
  static override flags = {
    output: Flags.string({ helpValue: "FILE", description: "Write to a file instead of stdout" }),
  };

  override async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(ConfigSchemaCommand);
    const loaded = args.config === undefined ? null : await loadConfigFile(args.config);
    const kernel = await createKernel({
      builtins: firstPartyPlugins,
      plugins: loaded === null ? [] : pluginEntries(loaded.raw, loaded.file, loaded.locate),
      baseDirectory: loaded?.baseDirectory ?? process.cwd(),
    });
    const schema = configJsonSchema(kernel);
    const text = JSON.stringify(schema, null, 2);
    if (flags.output === undefined) this.print(text);
    else {
      await writeFileAtomic(path.resolve(flags.output), `${text}\n`);
      this.print(flags.output);
    }
    return schema;
  }
}
