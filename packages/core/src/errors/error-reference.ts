import { exitCodes, type ErrorKind } from "./entry.js";
import { describeError } from "./explain-error.js";
import { errorCatalogue } from "./rarl-error.js";

const kindTitles: Readonly<Record<ErrorKind, string>> = {
  usage: "Command line",
  config: "Configuration",
  plugin: "Plugins and hooks",
  environment: "Environment, engines and checkpoints",
  data: "Data",
  interrupted: "Interruption",
  internal: "Defects",
};

/** The catalogue as a Markdown page, by kind; `docs/reference/errors.md` is this text. */
export function errorReference(): string {
  const explained = Object.keys(errorCatalogue).map(describeError);
  const sections = Object.entries(kindTitles).flatMap(([kind, title]) => {
    const entries = explained.filter((entry) => entry.kind === kind);
    if (entries.length === 0) return [];
    const blocks = entries.map(
      ({ code, message, explanation, remedy }) =>
        `### ${code}\n\n\`\`\`text\n${message}\n\`\`\`\n\n${explanation}\n\n**Remedy.** ${remedy}`,
    );
    return [`## ${title}\n\nExit code ${exitCodes[kind as ErrorKind]}.\n\n${blocks.join("\n\n")}`];
  });
  const head =
    "# Errors\n\nEvery error that the SDK throws on purpose, by its code, as `rarl-sdk explain CODE` prints it. " +
    "Details that depend on the case stand in angle brackets. This page is written from the catalogue by " +
    "`scripts/write-error-reference.ts`.";
  return `${[head, ...sections].join("\n\n")}\n`;
}
