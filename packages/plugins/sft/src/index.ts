export { sftPlugin, default } from "./plugin.js";
export { Sft } from "./sft.js";
export { sftOptions, type SftOptions } from "./options.js";
export { targetText } from "./target-text.js";
