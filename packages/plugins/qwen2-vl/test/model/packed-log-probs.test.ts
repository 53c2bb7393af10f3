import type { CompletionGroup } from "@rarl-sdk/core";
import { loraLinear, valueAndGradients } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { packedLogProbs } from "../../src/model/packed-log-probs.js";
import { imageRows } from "../support/forward.js";
import {
  formulaValues,
  goldenModel,
  goldenPrompt,
  promptA,
  promptB,
  type GoldenModel,
} from "../support/golden-model.js";

/** Three prompts with two, one and no images and completions of unequal lengths, one of a single token. */
function groups(): CompletionGroup[] {
  return [
    { prompt: promptA(), completions: [[5, 6, 7, 8, 9], [31], [105, 3, 2], [5, 6]] },
    {
      prompt: promptB(),
      completions: [
        [45, 45, 45, 1],
        [2, 9, 77, 63, 20, 21, 22],
      ],
    },
    {
      prompt: goldenPrompt([1, 2, 3, 4, 5, 6], []),
      completions: [
        [9, 8, 7],
        [10, 11, 12, 13],
      ],
    },
  ];
}

function attachLora(model: GoldenModel): Variable[] {
  return model.linears
    .filter((layer) => /language_model.*[qkvo]_proj$/.test(layer.name))
    .flatMap((layer) => {
      const make = (part: string, shape: [number, number]): Variable =>
        tf.variable(tf.tensor2d(formulaValues(`${layer.name}.${part}`, shape[0] * shape[1], 0.2), shape));
      const a = make("a", [layer.inFeatures, 2]);
      const b = make("b", [2, layer.outFeatures]);
      layer.adapt({
        variables: [a, b],
        forward: (x) =>
          loraLinear(x, layer.weight, layer.bias, a as unknown as Tensor2D, b as unknown as Tensor2D, 2),
      });
      return [a, b];
    });
}

/** A loss in which every token has a weight of its own, so that no two gradients can be confused. */
function weightedLoss(
  model: GoldenModel,
  batch: readonly CompletionGroup[],
  firstToken: number,
  recomputed: boolean,
): Scalar {
  const { logProbs } = packedLogProbs(
    model.language,
    123,
    imageRows(model),
    batch,
    { temperature: 0.8 },
    recomputed,
  );
  const weights = Float32Array.from({ length: logProbs.size }, (_, token) =>
    Math.sin(firstToken + token + 1),
  );
  return tf.sum(tf.mul(logProbs, tf.tensor1d(weights)));
}

function expectRelative(actual: tf.Tensor, expected: Float32Array): void {
  const scale = Math.max(...expected.map(Math.abs));
  actual.dataSync().forEach((value, index) => {
    expect(Math.abs(value - expected[index]!) / scale).to.be.below(1e-4);
  });
}

describe("packed log-probabilities", () => {
  let model: GoldenModel;
  let variables: Variable[];
  before(async () => {
    model = await goldenModel();
    variables = attachLora(model);
  });
  after(() => {
    model.dispose();
    tf.dispose(variables);
  });

  for (const recomputed of [false, true]) {
    it(`equal the one-by-one form, gradients included${recomputed ? ", with recomputed activations" : ""}`, () => {
      const packed = valueAndGradients(() => weightedLoss(model, groups(), 0, recomputed), variables);

      // One prompt and one completion at a time: nothing is shared and nothing padded.
      let value = 0;
      let token = 0;
      const sums = variables.map((variable) => new Float32Array(variable.size));
      for (const { prompt, completions } of groups()) {
        for (const completion of completions) {
          const firstToken = token;
          const single = valueAndGradients(
            () => weightedLoss(model, [{ prompt, completions: [completion] }], firstToken, false),
            variables,
          );
          token += completion.length;
          value += single.value.dataSync()[0]!;
          single.gradients.forEach((gradient, index) => {
            gradient.dataSync().forEach((entry, position) => (sums[index]![position]! += entry));
          });
          tf.dispose([single.value, ...single.gradients]);
        }
      }
      expect(packed.value.dataSync()[0]).to.be.closeTo(value, 1e-4 * Math.abs(value));
      packed.gradients.forEach((gradient, index) => {
        expectRelative(gradient, sums[index]!);
      });
      tf.dispose([packed.value, ...packed.gradients]);
    });
  }

  it("leave no tensors behind", () => {
    const run = (recomputed: boolean): void => {
      const { value, gradients } = valueAndGradients(
        () => weightedLoss(model, groups(), 0, recomputed),
        variables,
      );
      tf.dispose([value, ...gradients]);
    };
    run(false);
    const before = tf.memory().numTensors;
    run(false);
    run(true);
    expect(tf.memory().numTensors).to.equal(before);
  });
});
