import assert from "node:assert/strict";
import type { TextSimilarity } from "../contracts/text-similarity.js";
import type { ConformanceCheck } from "./conformance.js";

interface TextPair {
  readonly candidate: string;
  readonly reference: string;
}

const ordinaryPairs: readonly TextPair[] = [
  { candidate: "The left lung is clear.", reference: "the left lung is clear" },
  { candidate: "a nodule in the right lung", reference: "there is no nodule" },
  { candidate: "左肺清晰", reference: "右肺清晰" },
  { candidate: "", reference: "pneumonia" },
  { candidate: "pneumonia", reference: "" },
];

/** Texts that have broken measures; the long one is as long as a completion that never ends. */
const hostilePairs: readonly TextPair[] = [
  { candidate: " \n\t ", reference: "..." },
  { candidate: "\u0000\uFFFD\uD800", reference: "🫁" },
  { candidate: "yes ".repeat(2_000), reference: "yes" },
  { candidate: "constructor __proto__ toString", reference: "__proto__" },
];

function assertScores(scores: readonly number[], pairs: readonly TextPair[]): void {
  assert.equal(scores.length, pairs.length, `${scores.length} scores for ${pairs.length} pairs`);
  for (const [index, score] of scores.entries())
    assert.ok(score >= 0 && score <= 1, `score ${index} is ${String(score)}, not in [0, 1]`);
}

/**
 * What every text similarity must do. `makeSimilarity` gives a fresh one for each check, which is disposed of after it.
 */
export function textSimilarityConformance(
  makeSimilarity: () => TextSimilarity | Promise<TextSimilarity>,
): readonly ConformanceCheck[] {
  const check = (name: string, body: (similarity: TextSimilarity) => Promise<void>): ConformanceCheck => ({
    name,
    run: async () => {
      const similarity = await makeSimilarity();
      try {
        await body(similarity);
      } finally {
        await similarity.dispose?.();
      }
    },
  });
  const { signal } = new AbortController();
  return [
    check("has a name", (similarity) => {
      assert.notEqual(similarity.name, "");
      return Promise.resolve();
    }),
    check("returns one score in [0, 1] a pair, and none for no pairs", async (similarity) => {
      assertScores(await similarity.similarity(ordinaryPairs, signal), ordinaryPairs);
      assert.deepEqual([...(await similarity.similarity([], signal))], []);
    }),
    check("scores empty, malformed, long and non-Latin text", async (similarity) => {
      assertScores(await similarity.similarity(hostilePairs, signal), hostilePairs);
    }),
    check("gives two empty texts 1", async (similarity) => {
      assert.deepEqual([...(await similarity.similarity([{ candidate: "", reference: " " }], signal))], [1]);
    }),
    check("gives equal texts more than others", async (similarity) => {
      const reference = "there is a nodule in the upper lobe of the right lung";
      const pairs = [reference, "no"].map((candidate) => ({ candidate, reference }));
      const [equal, other] = await similarity.similarity(pairs, signal);
      assert.ok(equal! > 0.99 && equal! > other!, `equal texts have ${equal}, others ${other}`);
    }),
    check("gives a pair the same score alone and in a batch, up to rounding", async (similarity) => {
      const together = await similarity.similarity(ordinaryPairs, signal);
      for (const [index, pair] of ordinaryPairs.entries()) {
        const [alone] = await similarity.similarity([pair], signal);
        assert.ok(
          Math.abs(alone! - together[index]!) < 1e-5,
          `pair ${index}: ${alone} and ${together[index]}`,
        );
      }
    }),
    check("stops on an aborted signal, by its reason", async (similarity) => {
      const reason = new DOMException("the conformance kit aborted", "AbortError");
      await assert.rejects(
        async () => similarity.similarity(ordinaryPairs, AbortSignal.abort(reason)),
        (error) => error === reason || (error instanceof Error && error.name === "AbortError"),
      );
    }),
  ];
}
