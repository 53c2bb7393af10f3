import { concat, tensor1d, tensor2d, tidy, transpose, type Tensor2D } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { embedding, tokenLogProbs } from "../../src/ops/index.js";
import { maxDifference, useWasm } from "../support/wasm.js";
import { expectReference, matrixProduct, rowsOf, softmax } from "./reference.js";

describe("embedding", () => {
  before(useWasm);

  it("takes rows, and sums the gradients of rows taken twice", () => {
    const ids = [2, 0, 2, 3];
    const tensor = tensor1d(ids, "int32");
    expectReference({
      shapes: [[5, 3]],
      op: (table: Tensor2D) => embedding(tensor, table),
      reference: (table) => ids.flatMap((id) => table.slice(id * 3, id * 3 + 3)),
    });
    tensor.dispose();
  });
});

describe("tokenLogProbs", () => {
  before(useWasm);
  const [n, hidden, vocabulary] = [5, 4, 7];
  const targets = [1, 6, 0, 3, 3];

  function logProbsOf(x: number[], w: number[], temperature: number): number[] {
    return rowsOf(matrixProduct(x, w, n, hidden, vocabulary), vocabulary).map((logits, i) =>
      Math.log(softmax(logits.map((logit) => logit / temperature))[targets[i]!]!),
    );
  }

  for (const chunkRows of [1, 2, 5, 100]) {
    for (const trainable of [false, true]) {
      it(`is the log-softmax at the target in chunks of ${chunkRows}${trainable ? ", weight trained" : ""}`, () => {
        const ids = tensor1d(targets, "int32");
        for (const transposed of [false, true]) {
          expectReference({
            shapes: [
              [n, hidden],
              [hidden, vocabulary],
            ],
            op: (x: Tensor2D, w: Tensor2D) => {
              const head = {
                weight: w,
                trainable,
                ...(transposed ? { weightTransposed: transpose(w) } : {}),
              };
              return tokenLogProbs(x, head, ids, { temperature: 0.7, chunkRows }).logProbs;
            },
            reference: (x, w) => logProbsOf(x, w, 0.7),
            gradients: trainable ? [0, 1] : [0],
            tolerance: 1e-4,
          });
        }
        ids.dispose();
      });
    }
  }

  it("gives entropies in nats next to the log-probs and their gradient", () => {
    const ids = tensor1d(targets, "int32");
    expectReference({
      shapes: [
        [n, hidden],
        [hidden, vocabulary],
      ],
      op: (x: Tensor2D, w: Tensor2D) => {
        const { logProbs, entropies } = tokenLogProbs(x, { weight: w }, ids, {
          entropies: true,
          chunkRows: 2,
        });
        return concat([logProbs, entropies!]);
      },
      reference: (x, w) => {
        const entropies = rowsOf(matrixProduct(x, w, n, hidden, vocabulary), vocabulary).map((logits) =>
          softmax(logits).reduce((total, p) => total - p * Math.log(p), 0),
        );
        return [...logProbsOf(x, w, 1), ...entropies];
      },
      gradients: [],
      tolerance: 1e-4,
    });
    expectReference({
      shapes: [
        [n, hidden],
        [hidden, vocabulary],
      ],
      op: (x: Tensor2D, w: Tensor2D) => {
        const { logProbs, entropies } = tokenLogProbs(x, { weight: w }, ids, {
          entropies: true,
          chunkRows: 2,
        });
        entropies!.dispose();
        return logProbs;
      },
      reference: (x, w) => logProbsOf(x, w, 1),
      gradients: [0],
      tolerance: 1e-4,
    });
    ids.dispose();
  });

  it("stays finite for a token of vanishing probability", () => {
    const x = tensor2d([[300]]);
    const w = tensor2d([[1, -1]]);
    const ids = tensor1d([1], "int32");
    const { logProbs } = tidy(() => tokenLogProbs(x, { weight: w }, ids));
    expect(maxDifference(logProbs, [-600])).to.be.below(1e-3);
    for (const one of [x, w, ids, logProbs]) one.dispose();
  });
});
