import { entry } from "./entry.js";

/** Errors of the configuration and of command-line use. */
export const configErrors = {
  CONFIG_MISSING: entry<{ file: string }>({
    kind: "config",
    message: ({ file }) => `configuration file ${file} does not exist`,
    remedy: "Give the path of a YAML file; examples/quickstart/rarl.yaml is one to start from.",
    explanation: "A run is described by one YAML file.",
  }),
} as const;
