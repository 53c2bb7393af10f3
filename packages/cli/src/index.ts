import { RunCommand } from "./commands/run.js";

export { firstPartyPlugins } from "./first-party.js";
export { commandNotFound } from "./hooks/command-not-found.js";

/** Every command by its name, `:` between topic and command. */
export const commands = {
  run: RunCommand,
};
