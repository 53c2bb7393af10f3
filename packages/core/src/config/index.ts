export type * from "./run-config.js";
export { applyOverrides } from "./apply-overrides.js";
export { formatPath, type ConfigPath } from "./config-path.js";
export { configJsonSchema, configSchema } from "./config-schema.js";
export { effectiveConfig } from "./effective-config.js";
export { configDifferences, fingerprintConfig } from "./fingerprint-config.js";
export { loadConfigFile, parseConfigText, type LoadedConfig, type Locate } from "./load-config.js";
export { parseConfig, pluginEntries } from "./parse-config.js";
export { parseJudging, type JudgingConfig } from "./parse-judging.js";
