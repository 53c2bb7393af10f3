import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomStream } from "@rarl-sdk/core";
import { writeSafetensors } from "@rarl-sdk/nn";
import { chatTemplate } from "./chat-template.js";
import { quickstartSeed } from "./data-set.js";
import { initialTensors } from "./initial-weights.js";
import { generationConfig, modelConfig, preprocessorConfig } from "./model-config.js";
import { corpusTexts, tokenizerConfigJson, tokenizerJson, trainTokenizer } from "./tokenizer.js";

/** The files of a checkpoint folder beside the weights, by name. */
export function modelFiles(): Record<string, string> {
  const encoding = trainTokenizer(corpusTexts());
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "config.json": json(modelConfig),
    "generation_config.json": json(generationConfig),
    "preprocessor_config.json": json(preprocessorConfig),
    "tokenizer.json": json(tokenizerJson(encoding)),
    "tokenizer_config.json": json(tokenizerConfigJson(encoding)),
    "chat_template.jinja": chatTemplate,
  };
}

export async function writeModelFiles(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(modelFiles())) await writeFile(join(directory, name), text);
}

/** Writes an untrained checkpoint: random weights, and the files of `baseDirectory` beside them. */
export async function writeInitialCheckpoint(directory: string, baseDirectory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of Object.keys(modelFiles()))
    await copyFile(join(baseDirectory, name), join(directory, name));
  const tensors = initialTensors(randomStream(quickstartSeed).fork("weights"));
  await writeSafetensors(join(directory, "model.safetensors"), tensors, { format: "pt" });
}
