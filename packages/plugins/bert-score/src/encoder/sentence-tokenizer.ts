import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import type { EncoderConfig } from "./encoder-config.js";
import { Tokenizer, type LibraryTokenizer } from "./tokenizer-library.js";

/** Sentences to ids, special tokens added, as BERTScore encodes them. */
export interface SentenceTokenizer {
  /** `[CLS]` and `[SEP]`, or what the model calls them; in BERTScore both have weight 0. */
  readonly specialIds: { readonly first: number; readonly last: number };
  /** Ids of the stripped sentence between the two special ids, cut to the longest the encoder takes. */
  encode(text: string): readonly number[];
}

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ type: z.enum(["WordPiece", "BPE"]) }),
  post_processor: z.looseObject({}),
});

/**
 * The tokenizer of an encoder's folder, from `tokenizer.json`.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `TOKENIZER_INVALID`, `TOKENIZER_MISMATCH`
 */
export async function loadSentenceTokenizer(
  directory: string,
  config: EncoderConfig,
): Promise<SentenceTokenizer> {
  const file = join(directory, "tokenizer.json");
  const fail = (problem: string, cause?: unknown) =>
    rarlError("TOKENIZER_INVALID", { file, problem }, { cause });
  const stored = await readJson(file);
  if (stored === undefined) throw rarlError("CHECKPOINT_FILE_MISSING", { file });
  const parsed = tokenizerSchema.safeParse(stored);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw fail(`field ${issue.path.map(String).join(".")}: ${issue.message}`);
  }
  let tokenizer: LibraryTokenizer;
  let special: readonly number[];
  try {
    tokenizer = new Tokenizer(parsed.data, {});
    special = tokenizer.encode("", { add_special_tokens: true }).ids;
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error), error);
  }
  if (special.length !== 2) throw fail(`it puts ${special.length} special tokens around a sentence, not 2`);
  let tokens = 0;
  for (const id of tokenizer.get_vocab().values()) tokens = Math.max(tokens, id + 1);
  if (tokens > config.vocabSize) {
    throw rarlError("TOKENIZER_MISMATCH", { directory, tokens, rows: config.vocabSize });
  }
  const [first, last] = special as [number, number];
  const longest = Math.min(await modelMaxLength(directory), config.positions - config.firstPosition);
  const isByteLevel = parsed.data.model.type === "BPE";
  return {
    specialIds: { first, last },
    encode(text) {
      const stripped = text.trim();
      if (stripped === "") return [first, last];
      // Byte-level BPE tells a word at the beginning from one after a space; BERTScore encodes both alike.
      const sentence = isByteLevel ? ` ${stripped}` : stripped;
      const { ids } = tokenizer.encode(sentence, { add_special_tokens: false });
      return [first, ...ids.slice(0, longest - 2), last];
    },
  };
}

/** The limit of tokenizer_config.json; absent, or upstream's 1e30, means none. */
async function modelMaxLength(directory: string): Promise<number> {
  const file = join(directory, "tokenizer_config.json");
  const stored = await readJson(file);
  const parsed = z
    .looseObject({ model_max_length: z.number().min(3).default(Infinity) })
    .safeParse(stored ?? {});
  if (!parsed.success) {
    throw rarlError("TOKENIZER_INVALID", { file, problem: "model_max_length is not a number of at least 3" });
  }
  return parsed.data.model_max_length;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(file, "utf8")).replace(/^\uFEFF/, ""));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const problem = error instanceof Error ? error.message : String(error);
    throw rarlError("TOKENIZER_INVALID", { file, problem }, { cause: error });
  }
}
