import assert from "node:assert/strict";
import type { Reward, RewardItem, ScoreList } from "../contracts/reward.js";
import { testRewardItem, testSample, withoutReasoning } from "./builders.js";
import type { ConformanceCheck } from "./conformance.js";

/** Completions as models write them, good and bad, for questions of every kind. */
function ordinaryItems(): RewardItem[] {
  const samples = [
    testSample(),
    withoutReasoning(testSample({ id: "without-reasoning" })),
    testSample({ id: "open", kind: "open", answer: "pleural effusion", question: "What is abnormal?" }),
    testSample({ id: "choice", kind: "choice", answer: "CT", choices: ["CT", "MRI", "X-ray"] }),
  ];
  return samples.flatMap((sample) => [
    testRewardItem({ sample }),
    testRewardItem({ sample, text: "<think>Nothing to see.</think><answer>no</answer>" }),
    testRewardItem({ sample, text: sample.answer }),
    testRewardItem({ sample, text: "<think>It goes on and", finishReason: "length" }),
  ]);
}

/** Texts that have broken rewards. */
function hostileItems(): RewardItem[] {
  const texts = [
    "",
    "   \n\t ",
    "<think></think><answer></answer>",
    "</answer></think><answer><think>",
    "<answer>yes</answer><answer>no</answer>",
    "肺部有一个结节。🫁",
    "\u0000\uFFFD\uD800",
    "yes ".repeat(20_000),
    "<think>".repeat(5_000),
  ];
  return texts.map((text) => testRewardItem({ text, finishReason: text.length > 1000 ? "length" : "stop" }));
}

function assertScores(scores: ScoreList, items: readonly RewardItem[]): void {
  assert.ok(Array.isArray(scores), "score() does not return a list");
  assert.equal(scores.length, items.length, `${scores.length} scores for ${items.length} items`);
  for (const [index, score] of scores.entries()) {
    const isScore = score === null || (typeof score === "number" && Number.isFinite(score));
    assert.ok(isScore, `score ${index} is ${String(score)}, neither a finite number nor null`);
  }
}

/**
 * What every reward must do. `makeReward` gives a fresh one for each check; `items` replace the built-in completions
 * where a reward asks for samples of its own kind (at least two).
 */
export function rewardConformance(
  makeReward: () => Reward | Promise<Reward>,
  { items = ordinaryItems() }: { readonly items?: readonly RewardItem[] } = {},
): readonly ConformanceCheck[] {
  const score = async (given: readonly RewardItem[], signal = new AbortController().signal) =>
    (await makeReward()).score(given, signal);
  return [
    {
      name: "returns one finite score or null an item",
      run: async () => {
        assertScores(await score(items), items);
      },
    },
    {
      name: "returns an empty list for no items",
      run: async () => {
        assert.deepEqual(await score([]), []);
      },
    },
    {
      name: "scores empty, malformed, long and non-Latin text",
      run: async () => {
        const hostile = hostileItems();
        assertScores(await score(hostile), hostile);
      },
    },
    {
      name: "gives an item the same score alone and in a batch",
      run: async () => {
        const alone: (number | null)[] = [];
        for (const item of items) alone.push(...(await score([item])));
        assert.deepEqual([...(await score(items))], alone);
      },
    },
    {
      name: "gives the same scores whatever the order of the batch",
      run: async () => {
        const forwards = await score(items);
        const backwards = await score([...items].reverse());
        assert.deepEqual([...backwards].reverse(), [...forwards]);
      },
    },
    {
      name: "leaves the items as they were",
      run: async () => {
        const before = structuredClone(items);
        await score(items);
        assert.deepEqual(items, before);
      },
    },
    {
      name: "ends on an aborted signal, by its reason or with valid scores",
      run: async () => {
        const reason = new DOMException("the conformance kit aborted", "AbortError");
        let scores: ScoreList;
        try {
          scores = await score(items, AbortSignal.abort(reason));
        } catch (error) {
          const isAbort = error === reason || (error instanceof Error && error.name === "AbortError");
          assert.ok(isAbort, `it failed with ${String(error)} instead of the signal's reason`);
          return;
        }
        assertScores(scores, items);
      },
    },
  ];
}
