import { entry } from "./entry.js";

/** Errors of checkpoints, adapters, tokenisation and tensors. */
export const modelErrors = {
  CHECKPOINT_FILE_MISSING: entry<{ file: string }>({
    kind: "environment",
    message: ({ file }) => `checkpoint file ${file} does not exist`,
    remedy: "Point model.path at a folder in the Hugging Face layout (config.json, *.safetensors, tokenizer.json).",
    explanation: "A backbone reads its configuration, weights and tokenizer from one folder; one of the files is not there.",
  }),
} as const;
