import { rarlError } from "@rarl-sdk/core";
import { repairSplit } from "./repair-split.js";
import { readTokenizerJson } from "./tokenizer-json.js";
import { Tokenizer, type LibraryTokenizer } from "./tokenizer-library.js";

/** Text to token ids and back, byte-level BPE. */
export interface QwenTokenizer {
  /** The highest id plus one; embeddings have at least as many rows. */
  readonly vocabSize: number;
  /** Ids of `text`; special tokens in it become their ids, and none are added. */
  encode(text: string): number[];
  /** Text of ids; bytes that are not UTF-8 become U+FFFD, and ids beyond the vocabulary nothing. */
  decode(tokenIds: readonly number[], options?: DecodeOptions): string;
  tokenId(token: string): number | undefined;
}

export interface DecodeOptions {
  /** Leave out tokens flagged as special; false by default. */
  readonly skipSpecialTokens?: boolean;
}

/**
 * The tokenizer of a checkpoint: tokenizer.json, or vocab.json and merges.txt.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_CONFIG_INVALID`, `TOKENIZER_INVALID`
 */
export async function loadTokenizer(directory: string): Promise<QwenTokenizer> {
  const { file, json } = await readTokenizerJson(directory);
  let tokenizer: LibraryTokenizer;
  try {
    tokenizer = new Tokenizer({ ...json, pre_tokenizer: repairSplit(json.pre_tokenizer) }, {});
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw rarlError("TOKENIZER_INVALID", { file, problem }, { cause: error });
  }
  let vocabSize = 0;
  for (const id of tokenizer.get_vocab().values()) vocabSize = Math.max(vocabSize, id + 1);
  return {
    vocabSize,
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode(tokenIds, { skipSpecialTokens = false } = {}) {
      const known = tokenIds.filter((id) => tokenizer.id_to_token(id) !== undefined);
      if (known.length === 0) return "";
      return tokenizer.decode(known, {
        skip_special_tokens: skipSpecialTokens,
        clean_up_tokenization_spaces: false,
      });
    },
    tokenId: (token) => tokenizer.token_to_id(token),
  };
}
