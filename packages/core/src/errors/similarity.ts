import { entry } from "./entry.js";

/** Errors of text similarities. */
export const similarityErrors = {
  ENCODER_MISSING: entry<{ directory: string; reason: string }>({
    kind: "environment",
    message: ({ directory, reason }) => `there is no text encoder in ${directory}: ${reason}`,
    remedy:
      "Point textSimilarity.encoder at a folder with config.json, model.safetensors and tokenizer.json of a BERT, " +
      "RoBERTa or DistilBERT checkpoint, or choose a similarity without an encoder, such as token-f1.",
    explanation:
      "BERTScore compares texts by the outputs of an encoder, which is read from a folder and never downloaded. Another " +
      "encoder, or a measure by words, would give other scores under the same name, so nothing takes its place.",
  }),
  ENCODER_LAYER: entry<{ encoder: string; layer: number | null; layers: number }>({
    kind: "config",
    message: ({ encoder, layer, layers }) =>
      layer === null
        ? `which of the ${layers} layers of encoder ${encoder} to use is not known`
        : `encoder ${encoder} has no layer ${layer}; it has 0 (the embeddings) to ${layers}`,
    remedy:
      "Set textSimilarity.layer, or textSimilarity.encoderName to the checkpoint's published name if the folder is " +
      "called something else (roberta-large, bert-base-uncased, …).",
    explanation:
      "BERTScore takes the output of one layer, which was chosen for each published encoder by agreement with people. " +
      "For an encoder that is not in that table the layer must be given.",
  }),
  BASELINE_MISSING: entry<{ encoder: string; layer: number }>({
    kind: "config",
    message: ({ encoder, layer }) => `no baseline is known for layer ${layer} of encoder ${encoder}`,
    remedy:
      "Set textSimilarity.baseline to a baseline file (lines LAYER,P,R,F, as the bert_score package has for many " +
      "encoders), or textSimilarity.rescale to false.",
    explanation:
      "Unrelated texts have a BERTScore far above 0. Rescaling subtracts what unrelated texts get on average with that " +
      "encoder and layer, which must be known.",
  }),
  BASELINE_INVALID: entry<{ file: string; problem: string }>({
    kind: "config",
    message: ({ file, problem }) => `baseline file ${file} cannot be used: ${problem}`,
    remedy: "Give a file with the header LAYER,P,R,F and one line of numbers below 1 for each layer from 0.",
    explanation:
      "A baseline file holds, for each layer of one encoder, the average precision, recall and F1 of unrelated texts.",
  }),
} as const;
