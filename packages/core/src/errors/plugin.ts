import { entry } from "./entry.js";

/** Errors of plugins and the components they register; those of hooks stand beside. */
export const pluginErrors = {
  PLUGIN_NOT_FOUND: entry<{ use: string; from: string; reason: string }>({
    kind: "plugin",
    message: ({ use, from, reason }) => `plugin "${use}" was not found from ${from}: ${reason}`,
    remedy:
      "Install or build the package beside the configuration file, or give a path that starts with ./ from its folder.",
    explanation:
      "Entries under `plugins:` are package names or paths, looked up from the folder of the configuration file and, " +
      "for packages, then beside the SDK itself.",
  }),
  PLUGIN_LOAD_FAILED: entry<{ use: string; file: string; reason: string }>({
    kind: "plugin",
    message: ({ use, file, reason }) => `plugin "${use}" could not be loaded from ${file}: ${reason}`,
    remedy:
      "Mend the module; `node FILE` shows the line of a syntax error. TypeScript needs a build, or a loader: " +
      'NODE_OPTIONS="--import tsx" before the command.',
    explanation: "Importing the plugin's module threw an error before the plugin itself was reached.",
  }),
  PLUGIN_INVALID: entry<{ use: string; problems: readonly string[] }>({
    kind: "plugin",
    message: ({ use, problems }) => `"${use}" does not export a plugin: ${problems.join("; ")}`,
    remedy: "Export the result of definePlugin({ name, apiVersion, apply }) as the default or as `plugin`.",
    explanation:
      "The export is checked before anything of it runs: name, apiVersion, requires, options and apply.",
  }),
  PLUGIN_API_VERSION: entry<{ plugin: string; apiVersion: string; host: string; where: string }>({
    kind: "plugin",
    message: ({ plugin, apiVersion, host, where }) =>
      `plugin ${plugin} is written for plugin interface ${apiVersion} (${where}), and this SDK has ${host}`,
    remedy:
      "Use a version of the plugin, or of the SDK, so that the majors agree and the plugin's minor is not newer.",
    explanation:
      "A minor version only adds to the interface, so a plugin runs on its own minor and every later one; a major " +
      "version takes things away. A package that announces its version in package.json is refused before its code loads.",
  }),
  PLUGIN_DUPLICATE: entry<{ plugin: string; sources: readonly string[] }>({
    kind: "plugin",
    message: ({ plugin, sources }) => `plugin ${plugin} is there twice: ${sources.join(" and ")}`,
    remedy: "Remove one of the two from `plugins:`.",
    explanation: "Plugin names are unique in a run, since requirements and error messages refer to them.",
  }),
  PLUGIN_REQUIRES_MISSING: entry<{
    plugin: string;
    requires: string;
    suggestion: string | null;
    present: readonly string[];
  }>({
    kind: "plugin",
    message: ({ plugin, requires, suggestion, present }) =>
      `plugin ${plugin} requires plugin ${requires}, which is not in this run` +
      `${suggestion === null ? "" : `; did it mean "${suggestion}"?`} (present: ${present.join(", ")})`,
    remedy: "Add the required plugin under `plugins:`.",
    explanation: "A plugin may name others that must be there and are applied before it.",
  }),
  PLUGIN_CYCLE: entry<{ cycle: readonly string[] }>({
    kind: "plugin",
    message: ({ cycle }) => `plugins require each other in a circle: ${cycle.join(" → ")}`,
    remedy: "Remove one of the requirements along the circle.",
    explanation: "Plugins are applied after those they require, which a circle makes impossible.",
  }),
  PLUGIN_OPTIONS: entry<{ plugin: string; problems: readonly string[] }>({
    kind: "plugin",
    message: ({ plugin, problems }) => `options of plugin ${plugin}: ${problems.join("; ")}`,
    remedy: "Mend the `options` of its entry under `plugins:`.",
    explanation: "A plugin's own options are checked by the schema it was defined with.",
  }),
  PLUGIN_APPLY_FAILED: entry<{ plugin: string; reason: string }>({
    kind: "plugin",
    message: ({ plugin, reason }) => `plugin ${plugin} failed while it was applied: ${reason}`,
    remedy: "Mend the plugin's apply(); it registers components and taps hooks, synchronously.",
    explanation:
      "apply() runs once, before the configuration is checked. What it throws stops the run before it begins.",
  }),
  COMPONENT_DUPLICATE: entry<{ kind: string; name: string; plugin: string; other: string }>({
    kind: "plugin",
    message: ({ kind, name, plugin, other }) =>
      plugin === other
        ? `plugin ${plugin} registers "${name}" twice among ${kind}`
        : `plugins ${other} and ${plugin} both register "${name}" among ${kind}`,
    remedy: "Rename one of them or leave one plugin out.",
    explanation: "A name in the configuration must mean one component.",
  }),
  COMPONENT_OPTION_RESERVED: entry<{ kind: string; name: string; plugin: string; option: string }>({
    kind: "plugin",
    message: ({ kind, name, plugin, option }) =>
      `"${name}" of plugin ${plugin} (${kind}) has an option "${option}", which every section of that kind has already`,
    remedy: "Rename the option.",
    explanation:
      "A component's options stand in the configuration beside the keys that all components of its kind share, such " +
      "as `name`, or `weight` and `label` of a reward.",
  }),
  COMPONENT_OPTIONS: entry<{ kind: string; name: string; plugin: string; problems: readonly string[] }>({
    kind: "config",
    message: ({ kind, name, plugin, problems }) =>
      `options of "${name}" (${kind}, plugin ${plugin}): ${problems.join("; ")}`,
    remedy: "Give options that the component's schema takes; `rarl-sdk config schema` prints it.",
    explanation: "A component is made only from options that its own schema has checked.",
  }),
  COMPONENT_NOT_INJECTABLE: entry<{ component: string; plugin: string; reason: string }>({
    kind: "plugin",
    message: ({ component, plugin, reason }) =>
      `class ${component} of plugin ${plugin} cannot be constructed: ${reason}`,
    remedy:
      "Put @injectable() on the class and @inject(tokens.…) on every constructor parameter, both imported from @rarl-sdk/core.",
    explanation:
      "Components are resolved from the run's container. Interfaces do not exist at run time, so every parameter " +
      "names its token; a second copy of tsyringe keeps its own records and does not count.",
  }),
  COMPONENT_FAILED: entry<{ kind: string; name: string; plugin: string; reason: string }>({
    kind: "plugin",
    message: ({ kind, name, plugin, reason }) =>
      `"${name}" (${kind}, plugin ${plugin}) could not be made: ${reason}`,
    remedy: "Look at the cause below and mend the component or its options.",
    explanation: "The component's constructor or factory, or something injected into it, threw an error.",
  }),
} as const;
