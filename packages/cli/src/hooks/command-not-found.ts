import type { Hook } from "@oclif/core";
import { didYouMean, formatError, rarlError } from "@rarl-sdk/core";
import { Reported } from "../report-failure.js";

/** Says which command an unknown one is near to. */
export const commandNotFound: Hook.CommandNotFound = ({ id, config }) => {
  const known = config.commands
    .filter(({ hidden }) => !hidden)
    .map((command) => command.id.replaceAll(":", " "));
  // Arguments that follow a topic arrive as parts of the id.
  const [first = "", second] = id.split(":");
  const isTopic = config.topics.some(({ name }) => name === first);
  const command = isTopic && second !== undefined ? `${first} ${second}` : first;
  const suggestion = didYouMean(command, known);
  const error = rarlError("USAGE", {
    command: "",
    problem: `there is no command "${command}"`,
    suggestions: suggestion === null ? [] : [suggestion],
  });
  process.stderr.write(`${formatError(error)}\n`);
  throw new Reported(error.exitCode);
};
