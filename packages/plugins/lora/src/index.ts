export { LoraAdapter } from "./lora-adapter.js";
export { LoraFactory } from "./lora-factory.js";
export { loraOptions, type LoraOptions } from "./options.js";
export { loraPlugin, loraPlugin as default } from "./plugin.js";
export { defaultStructure, type LoraStructure, type ModuleSelection } from "./structure.js";
