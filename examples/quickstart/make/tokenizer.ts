import { splitPattern, trainBytePairEncoding, type BytePairEncoding } from "./byte-pair-encoding.js";
import { pretrainingCorpus } from "./pretraining-corpus.js";
import { promptStyles } from "./prompt-styles.js";

/** Qwen2-VL's special tokens, in its order. */
export const specialTokens = [
  "<|endoftext|>",
  "<|im_start|>",
  "<|im_end|>",
  "<|object_ref_start|>",
  "<|object_ref_end|>",
  "<|box_start|>",
  "<|box_end|>",
  "<|quad_start|>",
  "<|quad_end|>",
  "<|vision_start|>",
  "<|vision_end|>",
  "<|vision_pad|>",
  "<|image_pad|>",
  "<|video_pad|>",
] as const;

/** Added tokens as well, but not special: decoding keeps them. */
export const tagTokens = ["<think>", "</think>", "<answer>", "</answer>"] as const;

/** 256 bytes, 163 merges, 14 special tokens and 4 tags. */
export const vocabularySize = 437;

const addedTokens: readonly string[] = [...specialTokens, ...tagTokens];
const mergeCount = vocabularySize - 256 - addedTokens.length;
const addedTokenPattern = new RegExp(
  `(?:${addedTokens.map((token) => token.replaceAll("|", "\\|")).join("|")})`,
  "u",
);

/** Every text of the pretraining corpus as the chat template renders it, and how often it occurs. */
export function corpusTexts(count?: number): Map<string, number> {
  const systems = new Map(promptStyles.map(({ name, system }) => [name, system]));
  const texts = new Map<string, number>();
  for (const { question, meta } of pretrainingCorpus(count)) {
    const text =
      `<|im_start|>system\n${systems.get(meta.style!)!}<|im_end|>\n` +
      `<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>${question}<|im_end|>\n` +
      `<|im_start|>assistant\n${meta.target!}<|im_end|>`;
    texts.set(text, (texts.get(text) ?? 0) + 1);
  }
  return texts;
}

/** Learns the vocabulary from the corpus; added tokens are cut out first, as they are when text is encoded. */
export function trainTokenizer(texts: ReadonlyMap<string, number>): BytePairEncoding {
  const pieces = new Map<string, number>();
  for (const [text, count] of texts) {
    for (const piece of text.split(addedTokenPattern)) pieces.set(piece, (pieces.get(piece) ?? 0) + count);
  }
  const encoding = trainBytePairEncoding(pieces, mergeCount);
  if (encoding.merges.length !== mergeCount) {
    throw new Error(`the corpus has only ${encoding.merges.length} of ${mergeCount} merges`);
  }
  return encoding;
}

function addedToken(content: string, special: boolean) {
  return { content, lstrip: false, normalized: false, rstrip: false, single_word: false, special };
}

function isSpecial(token: string): boolean {
  return !tagTokens.some((tag) => tag === token);
}

/** The Hugging Face tokenizer.json: ids are bytes, merges, special tokens, tags. */
export function tokenizerJson({ vocabulary, merges }: BytePairEncoding) {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens.map((token, index) => ({
      id: vocabulary.length + index,
      ...addedToken(token, isSpecial(token)),
    })),
    normalizer: { type: "NFC" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: splitPattern }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((symbol, id) => [symbol, id])),
      merges: merges.map(([left, right]) => [left, right]),
    },
  };
}

export function tokenizerConfigJson({ vocabulary }: BytePairEncoding) {
  return {
    add_bos_token: false,
    add_prefix_space: false,
    added_tokens_decoder: Object.fromEntries(
      addedTokens.map((token, index) => [
        String(vocabulary.length + index),
        addedToken(token, isSpecial(token)),
      ]),
    ),
    additional_special_tokens: specialTokens.slice(1),
    bos_token: null,
    clean_up_tokenization_spaces: false,
    eos_token: "<|im_end|>",
    errors: "replace",
    model_max_length: 512,
    pad_token: "<|endoftext|>",
    padding_side: "left",
    processor_class: "Qwen2VLProcessor",
    split_special_tokens: false,
    tokenizer_class: "Qwen2Tokenizer",
    unk_token: null,
  };
}

/** Id of an added token. */
export function addedTokenId(token: (typeof specialTokens)[number]): number {
  return 256 + mergeCount + specialTokens.indexOf(token);
}
