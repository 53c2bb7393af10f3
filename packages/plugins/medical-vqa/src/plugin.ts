import { definePlugin } from "@rarl-sdk/core";
import { JsonlSource } from "./jsonl/jsonl-source.js";
import { jsonlOptions } from "./jsonl/options.js";
import { vqaRadOptions } from "./vqa-rad/options.js";
import { VqaRadSource } from "./vqa-rad/vqa-rad-source.js";

/** Medical visual question answering data sets: the native JSONL form, and releases as they are downloaded. */
export const medicalVqaPlugin = definePlugin({
  name: "medical-vqa",
  apiVersion: "1.0",
  apply({ dataSources }) {
    dataSources.add("jsonl", JsonlSource, {
      options: jsonlOptions,
      description: "The native form: one JSON object a line, image paths relative to the file",
    });
    dataSources.add("vqa-rad", VqaRadSource, {
      options: vqaRadOptions,
      description: "The original VQA-RAD release: its JSON file and image folder",
    });
  },
});
