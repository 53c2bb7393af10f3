import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import {
  BertScorer,
  TextEncoder,
  readBaseline,
  type BertScore,
  type BertScorerOptions,
  type ScoreRequest,
} from "../../src/index.js";
import { encoderKinds, fixture, reference, running } from "../support/reference.js";
import { useTestBackend } from "../support/test-backend.js";

const tolerance = 1e-5;

function expectScores(
  actual: readonly BertScore[],
  [precision, recall, f1]: readonly (readonly (number | null)[])[],
): void {
  expect(actual).to.have.length(precision!.length);
  for (const [index, score] of actual.entries()) {
    const columns = [
      ["precision", precision!],
      ["recall", recall!],
      ["f1", f1!],
    ] as const;
    for (const [name, column] of columns) {
      const expected = column[index];
      expect(expected, `the package's ${name} ${index}`).to.be.a("number");
      expect(score[name], `${name} of pair ${index}`).to.be.closeTo(expected!, tolerance);
    }
  }
}

const pairs: readonly ScoreRequest[] = reference.pairs.map(([candidate, text]) => ({
  candidate,
  references: [text],
}));
const several: readonly ScoreRequest[] = reference.multiple.map(([candidate, references]) => ({
  candidate,
  references,
}));
const referencesOf = (requests: readonly ScoreRequest[]): readonly string[] =>
  requests.flatMap(({ references }) => references);

describe("a scorer", () => {
  before(useTestBackend);

  it("encodes each text once a call, and a reference once for all calls", async () => {
    const encoder = await TextEncoder.open(fixture("bert"), 1);
    let sentences = 0;
    const counting = Object.assign(Object.create(encoder) as TextEncoder, {
      forward: (given: readonly (readonly number[])[]) => {
        sentences += given.length;
        return encoder.forward(given);
      },
    });
    const references = ["there is a nodule", "a nodule"];
    const step = async (scorer: BertScorer, ...candidates: string[]): Promise<number> => {
      sentences = 0;
      const requests = candidates.map((candidate) => ({ candidate, references }));
      await scorer.score(requests, running);
      return sentences;
    };
    const scorer = new BertScorer(counting);
    expect(await step(scorer, "no nodule", " no nodule ", "a nodule")).to.equal(3);
    expect(await step(scorer, "no nodule", "nothing", "a nodule", "")).to.equal(2);
    expect(scorer.cachedReferences).to.equal(2);
    const withoutCache = new BertScorer(counting, { cacheBytes: 0 });
    expect(await step(withoutCache, "nothing")).to.equal(3);
    expect(await step(withoutCache, "nothing")).to.equal(3);
    encoder.dispose();
  });
});

describe("BERTScore against the package bert_score", () => {
  before(useTestBackend);

  for (const kind of encoderKinds) {
    describe(`with a ${kind} encoder`, () => {
      let encoder: TextEncoder;
      let tensorsBefore: number;
      const expected = reference.encoders[kind];

      before(async () => {
        tensorsBefore = tf.memory().numTensors;
        encoder = await TextEncoder.open(fixture(kind), reference.layers);
      });
      after(() => {
        encoder.dispose();
        expect(tf.memory().numTensors, "tensors alive").to.equal(tensorsBefore);
      });

      const score = (requests: readonly ScoreRequest[], options: BertScorerOptions = {}) =>
        new BertScorer(encoder, options).score(requests, running);

      it("encodes sentences as the package does", () => {
        for (const [index, [candidate]] of reference.pairs.entries()) {
          expect(encoder.tokenizer.encode(candidate), candidate).to.deep.equal(expected.tokenIds[index]);
        }
      });

      it("computes the encoder's outputs", () => {
        const rows = encoder.forward(expected.tokenIds.slice(0, 3));
        const values = rows.dataSync();
        rows.dispose();
        const hidden = expected.hidden.flat();
        expect(values).to.have.length(hidden.length);
        for (const [index, value] of hidden.entries()) expect(values[index]).to.be.closeTo(value, 2e-5);
      });

      it("gives the same scores for plain pairs, empty ones included", async () => {
        expectScores(await score(pairs), expected.plain);
      });

      it("gives the same scores weighted by idf", async () => {
        expectScores(await score(pairs, { idfTexts: referencesOf(pairs) }), expected.idf);
      });

      it("gives the same scores rescaled by a baseline file", async () => {
        const baseline = readBaseline(fixture("baseline.tsv"), reference.layers);
        expectScores(await score(pairs, { baseline }), expected.rescaled);
      });

      it("gives the same scores for several references", async () => {
        expectScores(await score(several), expected.several);
        expectScores(await score(several, { idfTexts: referencesOf(several) }), expected.severalIdf);
      });

      it("gives the same scores in batches of any size", async () => {
        expectScores(await score(pairs, { tokensPerBatch: 16 }), expected.plain);
      });
    });
  }
});
