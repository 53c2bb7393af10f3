import { entry } from "./entry.js";

/** The first few of a long list. */
function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** Errors of checkpoints, adapters, tokenisation and tensors. */
export const modelErrors = {
  CHECKPOINT_FILE_MISSING: entry<{ file: string }>({
    kind: "environment",
    message: ({ file }) => `checkpoint file ${file} does not exist`,
    remedy:
      "Point model.path at a folder in the Hugging Face layout (config.json, *.safetensors, tokenizer.json). If a run " +
      "was to go on from a checkpoint of its own, remove that checkpoint-N folder to go on from the one before.",
    explanation:
      "A backbone reads its configuration, weights and tokenizer from one folder, a resumed run its weights and " +
      "optimizer state from another; one of the files is not there.",
  }),
  CHECKPOINT_FILE_UNREADABLE: entry<{ file: string; reason: string }>({
    kind: "environment",
    message: ({ file, reason }) => `checkpoint file ${file} cannot be read: ${reason}`,
    remedy: "Check that the path of the checkpoint is a folder, and that this user may read the files in it.",
    explanation: "The system refused to open a file of a checkpoint; nothing is known of what is in it.",
  }),
  SAFETENSORS_INVALID: entry<{ file: string; problem: string }>({
    kind: "environment",
    message: ({ file, problem }) => `${file} is not a valid safetensors file: ${problem}`,
    remedy: "Download or write the file again; a copy that stopped half-way is the usual cause.",
    explanation:
      "The header of a safetensors file says where every tensor lies. It is checked against the file's size before " +
      "anything is read, so that damaged weights are never used.",
  }),
  CHECKPOINT_INDEX_INVALID: entry<{ file: string; problem: string }>({
    kind: "environment",
    message: ({ file, problem }) => `checkpoint index ${file} is invalid: ${problem}`,
    remedy: "Download the checkpoint again, all shards and the index from the same revision.",
    explanation:
      "model.safetensors.index.json maps each tensor to the shard that holds it; index and shards must agree.",
  }),
  TENSOR_MISSING: entry<{ file: string; tensor: string }>({
    kind: "environment",
    message: ({ file, tensor }) => `${file} has no tensor "${tensor}"`,
    remedy: "Check that the checkpoint is complete and of the architecture that its config.json names.",
    explanation:
      "The configuration asks for a weight that the checkpoint does not hold; guessing one would train noise.",
  }),
  TENSOR_DUPLICATE: entry<{ tensor: string; files: readonly string[] }>({
    kind: "environment",
    message: ({ tensor, files }) => `tensor "${tensor}" occurs in more than one file: ${files.join(", ")}`,
    remedy: "Remove the shards that do not belong to this checkpoint.",
    explanation: "Two files of one checkpoint hold the same tensor, so which of them counts cannot be known.",
  }),
  TENSOR_SHAPE: entry<{
    file: string;
    tensor: string;
    expected: readonly number[];
    found: readonly number[];
  }>({
    kind: "environment",
    message: ({ file, tensor, expected, found }) =>
      `tensor "${tensor}" of ${file} has the shape [${found.join(", ")}], expected [${expected.join(", ")}]`,
    remedy:
      "Use weights and a configuration of the same model; for an adapter, the same base model and ranks.",
    explanation:
      "The shape of a stored tensor contradicts the configuration, so the two are not of one model.",
  }),
  TENSOR_DTYPE: entry<{ file: string; tensor: string; dtype: string; supported: readonly string[] }>({
    kind: "environment",
    message: ({ file, tensor, dtype, supported }) =>
      `tensor "${tensor}" of ${file} has the dtype ${dtype}; readable are ${supported.join(", ")}`,
    remedy: "Convert the checkpoint to BF16, F16 or F32.",
    explanation:
      "Weights are expanded to 32-bit floats while reading; quantised formats need their own decoding.",
  }),
  OPTIMIZER_STATE_MISMATCH: entry<{ file: string; problem: string }>({
    kind: "environment",
    message: ({ file, problem }) =>
      `optimizer state ${file} does not fit the trainable variables: ${problem}`,
    remedy: "Resume with the adapter options of the run that wrote the checkpoint, or start a new run.",
    explanation:
      "The moments of an optimizer belong to variables of given names and shapes; others cannot use them.",
  }),
  LOGITS_NOT_FINITE: entry<{ vocabulary: number }>({
    kind: "internal",
    message: ({ vocabulary }) =>
      `no token can be drawn: the ${vocabulary} logits are not finite or all banned`,
    remedy: "Lower the learning rate or go back to the last checkpoint; check that bannedIds leaves a token.",
    explanation: "Sampling needs at least one finite logit. NaN means that the weights have diverged.",
  }),
  ADAPTER_KEY_UNMATCHED: entry<{ file: string; unexpected: readonly string[]; missing: readonly string[] }>({
    kind: "environment",
    message: ({ file, unexpected, missing }) =>
      `adapter ${file} does not fit this model: ` +
      [
        unexpected.length > 0 ? `keys that match no adapted layer: ${someOf(unexpected)}` : "",
        missing.length > 0 ? `adapted layers without weights: ${someOf(missing)}` : "",
      ]
        .filter((part) => part !== "")
        .join("; "),
    remedy: "Use the adapter with the base model and the targets it was trained with.",
    explanation:
      "Every key of an adapter must belong to an adapted layer and every adapted layer must have its keys. Silently " +
      "ignoring some would run the base model while seeming to run the adapter.",
  }),
  ADAPTER_UNSUPPORTED: entry<{ file: string; features: readonly string[] }>({
    kind: "environment",
    message: ({ file, features }) =>
      `adapter ${file} uses what is not supported here: ${features.join(", ")}`,
    remedy: "Merge the adapter into its base model with PEFT and load the merged checkpoint.",
    explanation:
      "Plain LoRA without extra trained modules is supported; variants would give wrong numbers if ignored.",
  }),
  ADAPTER_FILE_MISSING: entry<{ file: string }>({
    kind: "environment",
    message: ({ file }) => `adapter file ${file} does not exist`,
    remedy: "Point at the folder that holds adapter_config.json and adapter_model.safetensors.",
    explanation: "A saved adapter is a folder in the PEFT layout. The legacy adapter_model.bin is not read.",
  }),
  ADAPTER_CONFIG_INVALID: entry<{ file: string; problem: string }>({
    kind: "environment",
    message: ({ file, problem }) => `${file} is not a valid adapter configuration: ${problem}`,
    remedy: "Save the adapter again with PEFT or with the SDK.",
    explanation: "adapter_config.json says how an adapter's weights are to be used.",
  }),
  ADAPTER_TARGET_UNMATCHED: entry<{
    targets: readonly string[];
    known: readonly string[];
    didYouMean: string | null;
  }>({
    kind: "config",
    message: ({ targets, known, didYouMean }) =>
      `adapter target ${targets.map((target) => `"${target}"`).join(", ")} matches no linear layer` +
      (didYouMean === null ? "" : `; did you mean "${didYouMean}"?`) +
      ` (layers end in ${known.join(", ")})`,
    remedy: "Name module suffixes such as q_proj, or one regular expression that matches whole module paths.",
    explanation: "An adapter with a target that matches nothing would train less than was asked for.",
  }),
  GROUP_LAYOUT_INVALID: entry<{ where: string; reason: string }>({
    kind: "internal",
    message: ({ where, reason }) => `${where} of a packed layout does not fit: ${reason}`,
    remedy:
      "Give every group a prefix of at least one row, drop empty branches, and pack exactly the rows it names.",
    explanation:
      "Prompts and their completions are packed into one sequence without padding, and a layout says which rows " +
      "belong together. This layout and the tensors contradict each other, so attention would mix strangers.",
  }),
  CHECKPOINT_CONFIG_INVALID: entry<{ file: string; field?: string | undefined; problem: string }>({
    kind: "environment",
    message: ({ file, field, problem }) =>
      `${file}${field === undefined ? "" : `, field ${field}`}: ${problem}`,
    remedy: "Take the file again from the checkpoint's source; do not fill in missing fields by guessing.",
    explanation:
      "A checkpoint's JSON files say how its weights are to be used. A value that is missing, of the wrong type or " +
      "contradicts another is refused, since a default would give a model that runs and answers nonsense.",
  }),
  ARCHITECTURE_UNKNOWN: entry<{ file: string; found: string; supported: readonly string[] }>({
    kind: "environment",
    message: ({ file, found, supported }) =>
      `${file} describes ${found}; supported here: ${supported.join(", ")}`,
    remedy:
      "Use a checkpoint of a supported architecture, or a plugin that provides a backbone for this one.",
    explanation:
      "Weights are only meaningful under the architecture that they were trained with. Related families share tensor " +
      "names and differ in the maths, so an unknown one is refused and never tried.",
  }),
  TOKENIZER_INVALID: entry<{ file: string; problem: string }>({
    kind: "environment",
    message: ({ file, problem }) => `tokenizer file ${file} cannot be used: ${problem}`,
    remedy:
      "Take tokenizer.json (or vocab.json with merges.txt) and tokenizer_config.json again from the checkpoint.",
    explanation:
      "Text must become the same token ids as in pre-training; a damaged or foreign tokenizer is refused.",
  }),
  TOKEN_UNKNOWN: entry<{ directory: string; token: string }>({
    kind: "environment",
    message: ({ directory, token }) =>
      `neither configuration nor tokenizer in ${directory} gives an id for ${token}`,
    remedy: "Use the tokenizer files that belong to this checkpoint.",
    explanation:
      "Prompts are built around special tokens; without the id of one of them no prompt can be encoded.",
  }),
  CHAT_TEMPLATE_MISSING: entry<{ directory: string; looked: readonly string[] }>({
    kind: "environment",
    message: ({ directory, looked }) => `${directory} has no chat template (looked in ${looked.join(", ")})`,
    remedy: "Copy the template from the instruction-tuned checkpoint of the same model.",
    explanation:
      "A chat model expects its turns in the exact form of its training, which the template gives.",
  }),
  CHAT_TEMPLATE_INVALID: entry<{ file: string; problem: string }>({
    kind: "environment",
    message: ({ file, problem }) => `the chat template of ${file} cannot be rendered: ${problem}`,
    remedy: "Take the file again from the checkpoint, or correct the template where the message points.",
    explanation: "Templates are Jinja; a template can also refuse a conversation by calling raise_exception.",
  }),
  IMAGE_PLACEHOLDERS: entry<{ placeholders: number; images: number }>({
    kind: "data",
    message: ({ placeholders, images }) =>
      `a prompt has ${placeholders} image placeholders but ${images} images`,
    remedy: "Check the chat template and that no prompt text writes <|image_pad|> itself.",
    explanation: "Every image takes the place of exactly one placeholder, in order.",
  }),
  IMAGE_TOKENS_MISMATCH: entry<{ tokens: number; expected: number; image: number }>({
    kind: "data",
    message: ({ tokens, expected, image }) =>
      `image ${image + 1} of a prompt needs ${expected} image tokens in a row and has ${tokens}`,
    remedy: "Build prompts with expandImagePads, from the grids of the same images.",
    explanation:
      "An image's rows replace a run of image tokens of exactly its own length; anything else misplaces them.",
  }),
  PROMPT_TOO_LONG: entry<{ tokens: number; limit: number; prompt: string; sample?: string | undefined }>({
    kind: "data",
    message: ({ tokens, limit, prompt, sample }) =>
      `the prompt${sample === undefined ? "" : ` of sample ${sample}`} has ${tokens} tokens, but the model's ` +
      `context ends at ${limit}: "${prompt} …"`,
    remedy: "Lower model.maxPixels so that images take fewer tokens, or shorten the question.",
    explanation:
      "A prompt must leave room for at least one generated token. It is never cut: a cut through the image " +
      "placeholders would leave an image without its rows.",
  }),
  TARGET_TOO_LONG: entry<{ tokens: number; limit: number; sample: string }>({
    kind: "data",
    message: ({ tokens, limit, sample }) =>
      `prompt and target of sample ${sample} have ${tokens} tokens together, but the model's context ends at ${limit}`,
    remedy: "Shorten the sample's target, or lower model.maxPixels so that images take fewer tokens.",
    explanation:
      "A model knows no positions beyond its context. A target is never cut: it would teach to stop half-way.",
  }),
  TOKENIZER_MISMATCH: entry<{ directory: string; tokens: number; rows: number }>({
    kind: "environment",
    message: ({ directory, tokens, rows }) =>
      `the tokenizer of ${directory} has ${tokens} tokens, but the embedding only ${rows} rows`,
    remedy: "Use the tokenizer files that belong to the checkpoint.",
    explanation: "An id beyond the embedding has no vector. The files of two different models were mixed.",
  }),
} as const;
