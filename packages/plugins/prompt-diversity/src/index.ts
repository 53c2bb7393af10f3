export { promptDiversityOptions, type PromptDiversityOptions } from "./options.js";
export { promptDiversityPlugin, promptDiversityPlugin as default } from "./plugin.js";
export { PromptDiversity } from "./prompt-diversity.js";
export { paperStyles, type PromptStyle } from "./styles.js";
