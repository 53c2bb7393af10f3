import { join } from "node:path";
import { z } from "zod";
import { readJsonIfPresent } from "../config/read-json.js";

/** A token that is matched verbatim before normalisation and BPE, in the terms of tokenizer.json. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly normalized: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly single_word: boolean;
}

const flagsSchema = z.looseObject({
  content: z.string().min(1),
  special: z.boolean().default(false),
  normalized: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  single_word: z.boolean().default(false),
});

export const addedTokenSchema = flagsSchema.extend({ id: z.int().nonnegative() });

const tokenizerSchema = z.looseObject({ added_tokens: z.array(addedTokenSchema).default([]) });
const configSchema = z.looseObject({
  added_tokens_decoder: z.record(z.string().regex(/^\d+$/), flagsSchema).default({}),
});

/**
 * The added tokens of a checkpoint's tokenizer: those of tokenizer.json, then those that only
 * tokenizer_config.json names, by id.
 * @throws RarlError `CHECKPOINT_CONFIG_INVALID`
 */
export async function readAddedTokens(directory: string): Promise<readonly AddedToken[]> {
  const tokenizer = await readJsonIfPresent(join(directory, "tokenizer.json"), tokenizerSchema);
  const config = await readJsonIfPresent(join(directory, "tokenizer_config.json"), configSchema);
  const tokens = new Map<string, AddedToken>();
  for (const [id, token] of Object.entries(config?.added_tokens_decoder ?? {})) {
    tokens.set(token.content, { ...token, id: Number(id) });
  }
  for (const token of tokenizer?.added_tokens ?? []) tokens.set(token.content, token);
  return [...tokens.values()].sort((a, b) => a.id - b.id);
}
