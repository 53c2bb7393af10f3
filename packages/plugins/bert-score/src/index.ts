export { BertScoreSimilarity } from "./bert-score-similarity.js";
export { TextEncoder } from "./encoder/text-encoder.js";
export { bertScoreOptions, type BertScoreOptions } from "./options.js";
export { bertScorePlugin, bertScorePlugin as default } from "./plugin.js";
export { publishedBaseline, readBaseline, type BertScore } from "./score/baseline.js";
export { BertScorer, type BertScorerOptions, type ScoreRequest } from "./score/bert-scorer.js";
export { publishedLayer } from "./score/layer-table.js";
