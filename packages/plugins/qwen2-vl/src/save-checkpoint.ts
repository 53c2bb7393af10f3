import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeShardedCheckpoint, type WritableDtype } from "@rarl-sdk/nn";
import type { ParameterStore } from "./model/parameter-store.js";

export interface SaveOptions {
  /** Of every tensor; by default the file's own, and F32 for trained ones so that a resumed run is exact. */
  readonly dtype?: WritableDtype;
}

/** Everything of a checkpoint folder that is not weights. */
const COMPANIONS =
  /^(config|generation_config|tokenizer|tokenizer_config|vocab|special_tokens_map|added_tokens|preprocessor_config|processor_config|chat_template|video_preprocessor_config)\.json$|^merges\.txt$|^chat_template\.jinja$/;

/** Writes a full checkpoint in the original naming, beside copies of the configuration and tokenizer of `source`. */
export async function saveCheckpoint(
  source: string,
  directory: string,
  store: ParameterStore,
  options: SaveOptions,
): Promise<void> {
  for (const file of await readdir(source)) {
    if (COMPANIONS.test(file)) await copyFile(join(source, file), join(directory, file));
  }
  await writeShardedCheckpoint(directory, store.export(options.dtype));
}
