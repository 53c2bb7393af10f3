import { definePlugin } from "@rarl-sdk/core";
import { BertScoreSimilarity } from "./bert-score-similarity.js";
import { bertScoreOptions } from "./options.js";

/** Registers the text similarity `bert-score`. */
export const bertScorePlugin = definePlugin({
  name: "bert-score",
  apiVersion: "1.0",
  apply({ similarities }) {
    similarities.add("bert-score", BertScoreSimilarity, {
      options: bertScoreOptions,
      description:
        "BERTScore by a BERT, RoBERTa or DistilBERT encoder in a folder, rescaled unless told otherwise",
    });
  },
});
