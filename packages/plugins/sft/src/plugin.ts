import { definePlugin } from "@rarl-sdk/core";
import { sftOptions } from "./options.js";
import { Sft } from "./sft.js";

/** Registers the algorithm `sft`. */
export const sftPlugin = definePlugin({
  name: "sft",
  apiVersion: "1.0",
  apply(context) {
    context.algorithms.add("sft", Sft, {
      options: sftOptions,
      description: "Supervised fine-tuning on target completions",
    });
  },
});

export default sftPlugin;
