import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { readAddedTokens } from "../tokenizer/added-tokens.js";
import { tokenIdsSchema } from "./config-schema.js";
import type { TokenIds } from "./qwen2-vl-config.js";
import { checkJson } from "./read-json.js";
import { idList, readGenerationConfig } from "./read-generation-config.js";

/**
 * Special token ids from config.json (`raw`, its `text_config` included), generation_config.json and, for what
 * neither names, the tokenizer's added tokens by their text.
 * @throws RarlError `CHECKPOINT_CONFIG_INVALID`, `TOKEN_UNKNOWN`
 */
export async function readTokenIds(directory: string, raw: unknown): Promise<TokenIds> {
  const file = join(directory, "config.json");
  const root = checkJson(file, tokenIdsSchema, raw);
  const text = checkJson(file, tokenIdsSchema, root["text_config"] ?? {});
  const generation = await readGenerationConfig(directory);
  let added: ReadonlyMap<string, number> | undefined;
  const lookUp = async (token: string): Promise<number> => {
    added ??= new Map((await readAddedTokens(directory)).map(({ content, id }) => [content, id]));
    const id = added.get(token);
    if (id === undefined) throw rarlError("TOKEN_UNKNOWN", { directory, token });
    return id;
  };
  const eos = new Set([...generation.eos, ...idList(root.eos_token_id ?? text.eos_token_id)]);
  // Without any the chat format's own two end tokens.
  if (eos.size === 0) for (const token of ["<|im_end|>", "<|endoftext|>"]) eos.add(await lookUp(token));
  return {
    image: root.image_token_id ?? text.image_token_id ?? (await lookUp("<|image_pad|>")),
    video: root.video_token_id ?? text.video_token_id ?? (await lookUp("<|video_pad|>")),
    visionStart:
      root.vision_start_token_id ?? text.vision_start_token_id ?? (await lookUp("<|vision_start|>")),
    visionEnd: root.vision_end_token_id ?? text.vision_end_token_id ?? (await lookUp("<|vision_end|>")),
    bos: root.bos_token_id ?? text.bos_token_id ?? generation.bos ?? (await lookUp("<|endoftext|>")),
    eos: [...eos],
    pad: generation.pad ?? root.pad_token_id ?? text.pad_token_id ?? (await lookUp("<|endoftext|>")),
  };
}
