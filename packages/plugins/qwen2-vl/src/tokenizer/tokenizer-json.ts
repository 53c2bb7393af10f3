import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { readJsonIfPresent, readTextIfPresent } from "../config/read-json.js";
import { readAddedTokens } from "./added-tokens.js";

/** The split of Qwen2 as its tokenizer.json has it, in the syntax of Oniguruma. */
const QWEN2_SPLIT =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const vocabulary = z.custom<Readonly<Record<string, number>>>(
  (value) => typeof value === "object" && value !== null && Object.values(value).every(Number.isInteger),
  "must map tokens to ids",
);

const tokenizerSchema = z.looseObject({
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.looseObject({ type: z.literal("ByteLevel") }),
  model: z.looseObject({
    type: z.literal("BPE"),
    vocab: vocabulary,
    // 150,000 of them: only the kind is checked here.
    merges: z.array(z.unknown()),
  }),
});

export type TokenizerJson = z.output<typeof tokenizerSchema>;

/** tokenizer.json, and the file that messages about it should name. */
export interface StoredTokenizer {
  readonly file: string;
  readonly json: TokenizerJson;
}

/**
 * tokenizer.json of a checkpoint, with added tokens that only tokenizer_config.json names; for older checkpoints
 * without it, the same built from vocab.json and merges.txt.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_CONFIG_INVALID`, `TOKENIZER_INVALID`
 */
export async function readTokenizerJson(directory: string): Promise<StoredTokenizer> {
  const file = join(directory, "tokenizer.json");
  const stored = await readJsonIfPresent(file, tokenizerSchema);
  const addedTokens = await readAddedTokens(directory);
  if (stored !== undefined) return { file, json: { ...stored, added_tokens: addedTokens } };

  const vocabularyFile = join(directory, "vocab.json");
  const mergesFile = join(directory, "merges.txt");
  const vocab = await readJsonIfPresent(vocabularyFile, vocabulary);
  const merges = await readTextIfPresent(mergesFile);
  if (vocab === undefined || merges === undefined) throw rarlError("CHECKPOINT_FILE_MISSING", { file });
  if (addedTokens.length === 0) {
    throw rarlError("TOKENIZER_INVALID", {
      file: join(directory, "tokenizer_config.json"),
      problem: "added_tokens_decoder names no special tokens, and vocab.json does not hold them",
    });
  }
  return { file: vocabularyFile, json: qwen2Tokenizer(vocab, parseMerges(mergesFile, merges), addedTokens) };
}

function qwen2Tokenizer(
  vocab: Readonly<Record<string, number>>,
  merges: unknown[],
  addedTokens: unknown,
): TokenizerJson {
  return {
    added_tokens: addedTokens,
    normalizer: { type: "NFC" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: QWEN2_SPLIT }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: { type: "BPE", vocab, merges },
  };
}

function parseMerges(file: string, text: string): string[][] {
  const merges: string[][] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "" || line.startsWith("#version")) continue;
    const pair = line.replace(/\r$/, "").split(" ");
    if (pair.length !== 2) {
      throw rarlError("TOKENIZER_INVALID", {
        file,
        problem: `line ${index + 1} is not two tokens: "${line}"`,
      });
    }
    merges.push(pair);
  }
  return merges;
}
