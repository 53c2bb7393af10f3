import { gatherND, reshape, scatterND, type Tensor1D, type Tensor2D } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.js";

interface EmbeddingAttributes {
  readonly vocabulary: number;
}

/** Sums the rows of dy `[n, hidden]` by id into `[vocab, hidden]`. */
const runBackward = defineKernel<"ids" | "dy", EmbeddingAttributes>({
  name: "RarlEmbeddingBackward",
  composite: ({ ids, dy }, { vocabulary }) =>
    scatterND(reshape(ids, [-1, 1]), dy, [vocabulary, dy.shape[1]!]),
});

const runEmbedding = defineKernel<"ids" | "table", EmbeddingAttributes>({
  name: "RarlEmbedding",
  composite: ({ ids, table }) => gatherND(table, reshape(ids, [-1, 1])),
  gradient: {
    inputsToSave: ["ids"],
    backward: (dy, [ids], attributes) => ({ table: () => runBackward({ ids: ids!, dy }, attributes)[0]! }),
  },
});

/**
 * Rows of an embedding table. Ids are not checked against the vocabulary.
 * @param ids `[n]`, int32
 * @param table `[vocab, hidden]`
 * @returns `[n, hidden]`
 */
export function embedding(ids: Tensor1D, table: Tensor2D): Tensor2D {
  return runEmbedding({ ids, table }, { vocabulary: table.shape[0] })[0] as Tensor2D;
}
