import { randomStream } from "@rarl-sdk/core";
import {
  decodeAttention,
  decodingPromptKeys,
  groupAttention,
  sampleToken,
  sampleTokens,
  type EngineSamplingRule,
} from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { alive, describeTorch, usePortableKernels } from "../support/torch.js";

const vocabulary = 700;

function logitsOf(rows: number): Float32Array {
  const random = randomStream(7);
  return Float32Array.from({ length: rows * vocabulary }, () => 3 * random.normal());
}

describeTorch("drawing tokens on the engine", () => {
  const rows = 64;
  const values = logitsOf(rows);
  const rules: Record<string, EngineSamplingRule> = {
    plain: { temperature: 1 },
    "a temperature": { temperature: 0.6 },
    greedy: { temperature: 0 },
    "banned ids": { temperature: 1.2, bannedIds: [3, 17, 650, 9999] },
    topK: { temperature: 1, topK: 5 },
    topP: { temperature: 1, topP: 0.7 },
    minP: { temperature: 1, minP: 0.05 },
    "all of them": { temperature: 0.9, topK: 40, topP: 0.9, minP: 0.01, bannedIds: [1, 2] },
  };
  for (const [name, rule] of Object.entries(rules)) {
    it(`agrees with sampleToken under ${name}`, async () => {
      const before = alive();
      const bits = Int32Array.from({ length: rows }, (_, row) => (row * 2654435761) | 0);
      const { ids, logProbs } = tf.tidy(() =>
        sampleTokens(tf.tensor2d(values, [rows, vocabulary]), tf.tensor1d(bits, "int32"), rule),
      );
      const [drawn, told] = [await ids.data(), await logProbs.data()];
      for (let row = 0; row < rows; row++) {
        const stream = { ...randomStream(0), uniform: () => (bits[row]! >>> 0) / 2 ** 32 };
        const logits = values.slice(row * vocabulary, (row + 1) * vocabulary);
        const expected = sampleToken(logits, new Set(), rule, stream);
        expect(drawn[row]).to.equal(expected.id);
        expect(told[row]).to.be.closeTo(expected.logProb, 1e-5);
      }
      tf.dispose([ids, logProbs]);
      expect(alive()).to.deep.equal(before);
    });
  }

  it("says by an id of -1 that there is no distribution", async () => {
    for (const bad of [NaN, Infinity]) {
      const logits = values.slice(0, vocabulary);
      logits[20] = bad;
      const { ids, logProbs } = tf.tidy(() =>
        sampleTokens(tf.tensor2d(logits, [1, vocabulary]), tf.tensor1d([5], "int32"), { temperature: 1 }),
      );
      expect([...(await ids.data())]).to.deep.equal([-1]);
      tf.dispose([ids, logProbs]);
    }
    const everything = Array.from({ length: vocabulary }, (_, id) => id);
    const { ids, logProbs } = tf.tidy(() =>
      sampleTokens(tf.tensor2d(values.slice(0, vocabulary), [1, vocabulary]), tf.tensor1d([5], "int32"), {
        temperature: 0,
        bannedIds: everything,
      }),
    );
    expect([...(await ids.data())]).to.deep.equal([-1]);
    tf.dispose([ids, logProbs]);
  });
});

describeTorch("attention while decoding", () => {
  for (const { heads, kvHeads, d } of [
    { heads: 12, kvHeads: 2, d: 128 },
    { heads: 7, kvHeads: 1, d: 24 },
    { heads: 4, kvHeads: 4, d: 64 },
  ]) {
    for (const portable of [false, true]) {
      it(`is group attention row by row: ${heads}/${kvHeads} heads of ${d}${portable ? ", portable" : ""}`, async () => {
        await usePortableKernels(portable);
        const prompts = [70, 5];
        const steps = 6;
        const branches = [2, 1];
        const sequences = [
          [0, 0],
          [0, 1],
          [1, 2],
        ];
        const random = randomStream(5);
        const make = (rows: number, count: number) =>
          tf.tensor3d(
            Float32Array.from({ length: rows * count * d }, () => random.normal()),
            [rows, count, d],
          );
        const before = alive();
        const [promptKeys, promptValues] = [make(75, kvHeads), make(75, kvHeads)];
        const rowsOfSteps = Array.from({ length: steps }, () => ({
          q: make(3, heads),
          k: make(3, kvHeads),
          v: make(3, kvHeads),
        }));
        const cache = {
          promptLengths: prompts,
          promptKeys: decodingPromptKeys(promptKeys, prompts),
          promptValues,
          ownKeys: tf.zeros<tf.Rank.R4>([3, kvHeads, d, 8]),
          ownValues: tf.zeros<tf.Rank.R4>([3, kvHeads, 8, d]),
        };
        const placed = tf.tensor2d(sequences, [3, 2], "int32");
        const got = rowsOfSteps.map(({ q, k, v }, step) =>
          tf.tidy(() =>
            decodeAttention(q, k, v, cache, { position: tf.scalar(step, "int32"), sequences: placed }),
          ),
        );
        // The same rows packed: each prompt, then its sequences.
        const expected = tf.tidy(() => {
          const own = (part: "k" | "v" | "q", row: number) =>
            tf.concat(rowsOfSteps.map((of) => tf.slice(of[part], [row, 0, 0], [1, -1, -1])));
          const pack = (part: "k" | "v", prompt: tf.Tensor3D) =>
            tf.concat<tf.Tensor3D>([
              tf.slice(prompt, [0, 0, 0], [70, -1, -1]),
              own(part, 0),
              own(part, 1),
              tf.slice(prompt, [70, 0, 0], [5, -1, -1]),
              own(part, 2),
            ]);
          const q = tf.concat<tf.Tensor3D>([
            tf.zeros([70, heads, d]),
            own("q", 0),
            own("q", 1),
            tf.zeros([5, heads, d]),
            own("q", 2),
          ]);
          const layout = {
            groups: prompts.map((prefix, index) => ({
              prefix,
              branches: new Array<number>(branches[index]!).fill(steps),
            })),
          };
          return groupAttention(q, pack("k", promptKeys), pack("v", promptValues), layout);
        });
        const all = await expected.array();
        const firstRows = [70, 70 + steps, 75 + 2 * steps];
        for (let step = 0; step < steps; step++) {
          const rows = await got[step]!.array();
          rows.forEach((row, index) => {
            row.flat().forEach((value, place) => {
              expect(value).to.be.closeTo(all[firstRows[index]! + step]!.flat()[place]!, 1e-5);
            });
          });
        }
        tf.dispose([promptKeys, placed, expected, ...got, ...rowsOfSteps.flatMap((of) => Object.values(of))]);
        tf.dispose({ ...cache });
        expect(alive()).to.deep.equal(before);
        await usePortableKernels(false);
      });
    }
  }
});
