import { entry } from "./entry.js";

/** Where something stands in a file. */
export interface ConfigPlace {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** `rarl.yaml` or `rarl.yaml:3:5`. */
function at(file: string, place: ConfigPlace | null | undefined): string {
  return place ? `${file}:${place.line}:${place.column}` : file;
}

/** Errors of the configuration and of command-line use. */
export const configErrors = {
  CONFIG_MISSING: entry<{ file: string }>({
    kind: "config",
    message: ({ file }) => `configuration file ${file} does not exist`,
    remedy: "Give the path of a YAML file; examples/quickstart/rarl.yaml is one to start from.",
    explanation: "A run is described by one YAML file.",
  }),
  CONFIG_UNREADABLE: entry<{ file: string; reason: string }>({
    kind: "config",
    message: ({ file, reason }) => `configuration file ${file} cannot be read: ${reason}`,
    remedy: "Check that the path is a file and that you may read it.",
    explanation: "The path exists, but the system refused to read it as a file.",
  }),
  CONFIG_SYNTAX: entry<{ file: string; place: ConfigPlace | null; reason: string }>({
    kind: "config",
    message: ({ file, place, reason }) => `${at(file, place)} is not valid YAML: ${reason}`,
    remedy:
      "Mend the YAML at the line and column given; indent with spaces and quote text that holds a colon.",
    explanation:
      "The file could not be parsed as YAML 1.2, so nothing of it was used. Duplicate keys are errors too.",
  }),
  CONFIG_KEY_UNKNOWN: entry<{
    file: string;
    place: ConfigPlace | null;
    path: string;
    suggestion: string | null;
    known: readonly string[];
  }>({
    kind: "config",
    message: ({ file, place, path, suggestion, known }) =>
      `${at(file, place)}: unknown key ${path}${suggestion === null ? "" : `; did you mean "${suggestion}"?`}` +
      ` (known here: ${known.length === 0 ? "none" : known.join(", ")})`,
    remedy: "Correct or remove the key; `rarl-sdk config schema` prints every key of the plugins in use.",
    explanation:
      "Unknown keys are refused because a misspelt option would otherwise be ignored and the run would silently use " +
      "its default. The known keys depend on the chosen component and on the plugins in use.",
  }),
  CONFIG_INVALID: entry<{ file: string; problems: readonly string[] }>({
    kind: "config",
    message: ({ file, problems }) =>
      problems.length === 1
        ? `${file}: ${problems[0]!}`
        : `${file} has ${problems.length} problems:${problems.map((problem) => `\n  - ${problem}`).join("")}`,
    remedy: "Mend the values at the paths given; `rarl-sdk config schema` prints what each may be.",
    explanation:
      "The configuration was checked against a schema composed of the core's own keys and the options of the chosen " +
      "components. Everything that is wrong is listed at once, by its path in the file.",
  }),
  CONFIG_OVERRIDE: entry<{ override: string; reason: string }>({
    kind: "usage",
    message: ({ override, reason }) => `override "${override}" cannot be applied: ${reason}`,
    remedy: "Write path=value, such as training.steps=10 or rewards.0.weight=2; the value is read as YAML.",
    explanation: "An override of --set names one place in the configuration and gives it a value.",
  }),
  COMPONENT_UNKNOWN: entry<{
    /** Where the name stands, such as `rarl.yaml:3:5: rewards[0].name`; null outside a configuration. */
    where: string | null;
    kind: string;
    name: string;
    suggestion: string | null;
    known: readonly string[];
  }>({
    kind: "config",
    message: ({ where, kind, name, suggestion, known }) =>
      `${where === null ? "" : `${where}: `}no plugin of this run provides "${name}" among ${kind}` +
      `${suggestion === null ? "" : `; did you mean "${suggestion}"?`} (known: ${known.length === 0 ? "none" : known.join(", ")})`,
    remedy: "Use one of the known names, or add the plugin that provides it under `plugins:`.",
    explanation:
      "Engines, models, adapters, algorithms, rewards and the other parts of a run are chosen by the names under " +
      "which plugins register them. `rarl-sdk plugins list` shows them all.",
  }),
  USAGE: entry<{ command: string; problem: string; suggestions: readonly string[] }>({
    kind: "usage",
    message: ({ command, problem, suggestions }) =>
      `${command === "" ? "" : `${command}: `}${problem}` +
      (suggestions.length === 0 ? "" : `; did you mean ${suggestions.join(", ")}?`),
    remedy: "Run the command with --help to see what it takes.",
    explanation: "The command line names a command, a flag or an argument that is not there, or lacks one.",
  }),
  ERROR_CODE_UNKNOWN: entry<{ code: string; suggestion: string | null }>({
    kind: "usage",
    message: ({ code, suggestion }) =>
      `there is no error "${code}"${suggestion === null ? "" : `; did you mean ${suggestion}?`}`,
    remedy: "Give a code as an error message prints it; docs/reference/errors.md lists them all.",
    explanation: "Only codes of the SDK's own catalogue can be explained.",
  }),
} as const;
