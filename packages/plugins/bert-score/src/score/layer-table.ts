/**
 * The layer of each published encoder whose outputs agree best with people's judgements (correlation on WMT16), by
 * the checkpoint's name without its owner. Source: `model2layers` of bert_score 0.3.12, those of the architectures
 * that are read here.
 */
const layers: Readonly<Record<string, number>> = {
  "bert-base-uncased": 9,
  "bert-large-uncased": 18,
  "bert-base-cased-finetuned-mrpc": 9,
  "bert-base-multilingual-cased": 9,
  "bert-base-chinese": 8,
  "roberta-base": 10,
  "roberta-large": 17,
  "roberta-large-mnli": 19,
  "roberta-base-openai-detector": 7,
  "roberta-large-openai-detector": 15,
  scibert_scivocab_uncased: 8,
  scibert_scivocab_cased: 9,
  scibert_basevocab_uncased: 9,
  "distilroberta-base": 5,
  "distilbert-base-uncased": 5,
  "distilbert-base-uncased-distilled-squad": 4,
  "distilbert-base-multilingual-cased": 5,
  "spanbert-base-cased": 8,
  "spanbert-large-cased": 17,
  finbert: 10,
  "unsup-simcse-bert-base-uncased": 10,
  "unsup-simcse-bert-large-uncased": 18,
  "unsup-simcse-roberta-base": 8,
  "unsup-simcse-roberta-large": 13,
  "sup-simcse-bert-base-uncased": 10,
  "sup-simcse-bert-large-uncased": 18,
  "sup-simcse-roberta-base": 10,
  "sup-simcse-roberta-large": 16,
};

/** Layer of a published encoder, or undefined when it is not in the table. */
export function publishedLayer(encoderName: string): number | undefined {
  return Object.hasOwn(layers, encoderName) ? layers[encoderName] : undefined;
}
