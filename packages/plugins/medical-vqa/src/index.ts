export { JsonlSource } from "./jsonl/jsonl-source.js";
export { jsonlOptions, type JsonlOptions } from "./jsonl/options.js";
export { medicalVqaPlugin, medicalVqaPlugin as default } from "./plugin.js";
export { vqaRadOptions, type VqaRadOptions } from "./vqa-rad/options.js";
export { VqaRadSource } from "./vqa-rad/vqa-rad-source.js";
