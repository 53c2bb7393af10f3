import { Args } from "@oclif/core";
import { componentKinds, type ComponentKind } from "@rarl-sdk/core";
import { BaseCommand } from "../../base-command.js";
import { listPlugins, type ListedPlugin } from "../../listed-plugins.js";

export class PluginsListCommand extends BaseCommand {
  static override summary = "List the built-in plugins and those of a configuration";
  static override description =
    "No code of the configuration's plugins runs: what they provide is read from `rarl` in their package.json.";
  static override examples = ["<%= config.bin %> plugins list rarl.yaml"];
  static override args = { config: Args.string({ description: "YAML file" }) };

  override async run(): Promise<{ readonly plugins: readonly ListedPlugin[] }> {
    const { args } = await this.parse(PluginsListCommand);
    const plugins = await listPlugins(args.config);
    this.print(plugins.flatMap(renderPlugin).join("\n"));
    return { plugins };
  }
}

function renderPlugin({ name, source, version, apiVersion, provides }: ListedPlugin): string[] {
  const facts = [
    ...(version === null || version === "" ? [] : [version]),
    source,
    apiVersion === null
      ? "announces nothing in package.json, so it is not known before it runs"
      : `API ${apiVersion}`,
  ];
  const kinds = Object.entries(provides) as [ComponentKind, readonly string[]][];
  return [
    `${name} (${facts.join(", ")})`,
    ...kinds.map(([kind, names]) => `  ${componentKinds[kind].label}: ${names.join(", ")}`),
  ];
}
