import { definePlugin } from "@rarl-sdk/core";
import { LoraFactory } from "./lora-factory.js";
import { loraOptions } from "./options.js";

/** Registers the adapter `lora`. */
export const loraPlugin = definePlugin({
  name: "lora",
  apiVersion: "1.0",
  apply(context) {
    context.adapters.add("lora", LoraFactory, {
      options: loraOptions,
      description: "Low-rank adaptation, in the file format of PEFT",
    });
  },
});
