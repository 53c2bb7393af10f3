import type { Command } from "@oclif/core";
import { exitCodes } from "@rarl-sdk/core";
import { commands } from "./index.js";

const introduction = `# Command line

\`rarl-sdk COMMAND\` parses its arguments, calls the SDK and prints. Results go to stdout, progress and errors to stderr.

With \`--json\`, which every command has, stdout holds one JSON object: the result, or
\`{"error": {"code", "message", "remedy", "details"}}\`. An error prints its code, what is wrong and where, and what to do;
\`rarl-sdk explain CODE\` says more. \`RARL_DEBUG=1\` adds stacks.

| exit code | meaning |
| --- | --- |
| 0 | done |
`;

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  internal: "a defect of the SDK",
  usage: "the command line cannot be understood, or asks for what makes no sense",
  config: "the configuration is wrong",
  plugin: "a plugin is wrong",
  environment: "machine, engine, checkpoint or output folder are not as they must be",
  data: "data set or images are wrong",
  interrupted: "stopped by Ctrl-C; `rarl-sdk run --resume` goes on",
};

type Flag = Command.Flag.Any & {
  readonly helpValue?: string | string[];
  readonly options?: readonly string[];
  readonly multiple?: boolean;
};

/** What a command class says of itself; what it has none of is absent. */
interface Described {
  readonly summary?: string;
  readonly description?: string;
  readonly args?: Readonly<Record<string, { readonly required?: boolean; readonly description?: string }>>;
  readonly flags?: Readonly<Record<string, Flag>>;
  readonly examples?: readonly string[];
}

/** Text for a table cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function flagRow(name: string, flag: Flag): string {
  const value = flag.options?.join("\\|") ?? String(flag.helpValue ?? "VALUE");
  const form = flag.type === "boolean" ? `--${name}` : `--${name} ${value}`;
  const isShown = typeof flag.default === "string" || typeof flag.default === "number";
  const notes = [
    flag.description ?? "",
    flag.required === true ? "required" : "",
    flag.multiple === true ? "may be repeated" : "",
    isShown ? `default ${String(flag.default)}` : "",
  ];
  const short = flag.char === undefined ? "" : `\`-${flag.char}\`, `;
  return `| ${short}\`${form}\` | ${cell(notes.filter((note) => note !== "").join("; "))} |`;
}

function section(id: string, command: Described): string {
  const name = `rarl-sdk ${id.replaceAll(":", " ")}`;
  const args = Object.entries(command.args ?? {});
  const usage = args.map(([arg, { required }]) =>
    required === true ? arg.toUpperCase() : `[${arg.toUpperCase()}]`,
  );
  const rows = [
    ...args.map(([arg, { description }]) => `| \`${arg.toUpperCase()}\` | ${cell(description ?? "")} |`),
    ...Object.entries(command.flags ?? {}).map(([flag, definition]) => flagRow(flag, definition)),
  ];
  const examples = (command.examples ?? []).map((example) =>
    example.replaceAll("<%= config.bin %>", "rarl-sdk"),
  );
  return [
    `## ${name}`,
    `${command.summary ?? ""}.`,
    ...(command.description === undefined ? [] : [command.description]),
    `    ${[name, ...usage].join(" ")} [FLAGS]`,
    ...(rows.length === 0 ? [] : [["| | |", "| --- | --- |", ...rows].join("\n")]),
    ...(examples.length === 0
      ? []
      : [`Examples:\n\n${examples.map((example) => `    ${example}`).join("\n")}`]),
  ].join("\n\n");
}

/** The text of docs/reference/cli.md, from the commands themselves. */
export function cliReference(): string {
  const codes = Object.entries(exitCodes).map(
    ([kind, code]) => `| ${code} | ${meanings[kind as keyof typeof exitCodes]} |\n`,
  );
  const sections = Object.entries(commands).map(([id, command]) => section(id, command as Described));
  return `${introduction}${codes.join("")}\n${sections.join("\n\n")}\n`;
}
