import type { Hook } from "@oclif/core";
import { didYouMean, formatError, rarlError } from "@rarl-sdk/core";
import { Reported } from "../report-failure.js";

/** Says which command an unknown one is near to. */
export const commandNotFound: Hook.CommandNotFound = ({ id, config, argv = [] }) => {
  const known = config.commands
    .filter(({ hidden }) => !hidden)
    .map((command) => command.id.replaceAll(":", " "));
  const words = [id, ...argv].join(" ").replaceAll(":", " ");
  const suggestion = didYouMean(id.replaceAll(":", " "), known) ?? didYouMean(words, known);
  const error = rarlError("USAGE", {
    command: "",
    problem: `there is no command "${id.replaceAll(":", " ")}"`,
    suggestions: suggestion === null ? [] : [suggestion],
  });
  process.stderr.write(`${formatError(error)}\n`);
  throw new Reported(error.exitCode);
};
