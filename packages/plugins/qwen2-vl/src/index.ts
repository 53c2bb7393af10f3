export { Qwen2VLBackbone } from "./backbone.js";
export { Qwen2VLLoader } from "./loader.js";
export { qwen2VLOptions, type Qwen2VLOptions } from "./options.js";
export { qwen2VLPlugin, qwen2VLPlugin as default } from "./plugin.js";
