import { definePlugin } from "@rarl-sdk/core";
import { promptDiversityOptions } from "./options.js";
import { PromptDiversity } from "./prompt-diversity.js";

/** The prompt styles of RARL, and your own. */
export const promptDiversityPlugin = definePlugin({
  name: "prompt-diversity",
  apiVersion: "1.0",
  apply({ promptSets }) {
    promptSets.add("prompt-diversity", PromptDiversity, {
      options: promptDiversityOptions,
      description: "Three training styles drawn at random, two inference styles, and custom ones",
    });
  },
});
