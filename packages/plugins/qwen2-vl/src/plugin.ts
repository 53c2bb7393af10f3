import { definePlugin } from "@rarl-sdk/core";
import { Qwen2VLLoader } from "./loader.js";
import { qwen2VLOptions } from "./options.js";

/** Registers the backbone `qwen2-vl`. */
export const qwen2VLPlugin = definePlugin({
  name: "qwen2-vl",
  apiVersion: "1.0",
  apply(context) {
    context.backbones.add("qwen2-vl", Qwen2VLLoader, {
      options: qwen2VLOptions,
      description: "Qwen2-VL checkpoints in the Hugging Face layout",
    });
  },
});
