import { expect } from "chai";
import {
  rarlError,
  type DataSource,
  type PromptSet,
  type Reward,
  type Sample,
  type TextSimilarity,
} from "@rarl-sdk/core";
import {
  dataSourceConformance,
  promptSetConformance,
  rewardConformance,
  runConformance,
  testRewardItem,
  testSample,
  textSimilarityConformance,
  type ConformanceCheck,
} from "@rarl-sdk/core/testing";

/** Names of the checks that fail. */
async function failing(checks: readonly ConformanceCheck[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(checks.map((check) => check.run()));
  return checks.filter((_, index) => outcomes[index]?.status === "rejected").map(({ name }) => name);
}

describe("rewardConformance", () => {
  const sound: Reward = {
    score: (items, signal) => {
      signal.throwIfAborted();
      return items.map(({ sample, completion }) =>
        sample.reasoning === undefined ? null : Math.min(completion.tokenIds.length / 100, 1),
      );
    },
  };

  it("passes a sound reward, synchronous or not", async () => {
    await runConformance(rewardConformance(() => sound));
    const later: Reward = { score: async (items, signal) => Promise.resolve(sound.score(items, signal)) };
    await runConformance(rewardConformance(() => Promise.resolve(later)));
  });

  const faults: [fault: string, check: string, reward: Reward][] = [
    [
      "too few scores",
      "returns one finite score or null an item",
      { score: (items) => items.slice(1).map(() => 1) },
    ],
    ["a NaN", "returns one finite score or null an item", { score: (items) => items.map(() => NaN) }],
    [
      "a score for nothing",
      "returns an empty list for no items",
      { score: (items) => [...items.map(() => 1), 1] },
    ],
    [
      "a failure on empty text",
      "scores empty, malformed, long and non-Latin text",
      { score: (items) => items.map(({ completion }) => 1 / completion.text.length) },
    ],
    [
      "scores relative to the batch",
      "gives an item the same score alone and in a batch",
      { score: (items) => items.map(() => items.length) },
    ],
    [
      "scores by position",
      "gives the same scores whatever the order of the batch",
      { score: (items) => items.map((_, index) => index) },
    ],
    [
      "changed items",
      "leaves the items as they were",
      {
        score: (items) =>
          items.map((item) => {
            Object.assign(item.sample.meta, { seen: true });
            return 0;
          }),
      },
    ],
    [
      "an error of its own when aborted",
      "ends on an aborted signal, by its reason or with valid scores",
      {
        score: (items, signal) => {
          if (signal.aborted) throw new TypeError("cannot read properties of null");
          return items.map(() => 0);
        },
      },
    ],
  ];
  for (const [fault, check, reward] of faults) {
    it(`finds ${fault}`, async () => {
      expect(await failing(rewardConformance(() => reward))).to.include(check);
    });
  }

  it("tells all that failed in one error", async () => {
    const checks = rewardConformance(() => ({ score: () => [] }));
    const error = await runConformance(checks).then(
      () => null,
      (thrown: unknown) => thrown as AggregateError,
    );
    expect(error?.message).to.contain("conformance checks failed").and.to.contain("0 scores for 16 items");
    expect(error?.errors).to.have.length.greaterThan(1);
  });
});

describe("promptSetConformance", () => {
  const sound: PromptSet = {
    trainingStyles: ["a", "b"],
    inferenceStyles: ["a"],
    train: (sample, random) => {
      const style = random.uniform() < 0.5 ? "a" : "b";
      return { style, template: "chat", text: `${style}: ${sample.question}`, images: sample.images };
    },
    inference: (style, sample) => {
      if (style !== "a") throw rarlError("PROMPT_STYLE_UNKNOWN", { style, known: ["a"] });
      return { style, template: "chat", text: sample.question, images: sample.images };
    },
  };

  it("passes a sound prompt set", () => runConformance(promptSetConformance(() => sound)));

  it("finds prompts that are not drawn from the stream, styles that are not listed, and unknown ones taken", async () => {
    let count = 0;
    const faulty: PromptSet = {
      ...sound,
      train: (sample, random) => ({
        ...sound.train(sample, random),
        text: `${sample.question} ${count++}`,
        style: "c",
      }),
      inference: (style, sample) => ({
        style,
        template: "chat",
        text: sample.question,
        images: sample.images,
      }),
    };
    expect(await failing(promptSetConformance(() => faulty))).to.deep.equal([
      "writes training prompts of a listed style with the sample's question and images",
      "draws the same training prompt from the same random stream",
      "refuses an unknown inference style by PROMPT_STYLE_UNKNOWN",
    ]);
  });
});

describe("dataSourceConformance", () => {
  const sourceOf = (samples: readonly Sample[], length = samples.length): DataSource => ({
    open: () =>
      Promise.resolve({
        name: "list",
        length,
        fingerprint: "0",
        problems: [],
        // eslint-disable-next-line @typescript-eslint/require-await -- async iterable by contract
        async *[Symbol.asyncIterator]() {
          yield* samples;
        },
      }),
  });

  it("passes a sound source", () =>
    runConformance(dataSourceConformance(() => sourceOf([testSample(), testSample({ id: "2" })]))));

  it("finds a wrong length, repeated ids and samples without an answer", async () => {
    expect(await failing(dataSourceConformance(() => sourceOf([testSample()], 2)))).to.include(
      "gives as many samples as its length says, at least one",
    );
    const check = "gives samples with unique ids, an answer and an origin";
    expect(await failing(dataSourceConformance(() => sourceOf([testSample(), testSample()])))).to.deep.equal([
      check,
    ]);
    expect(await failing(dataSourceConformance(() => sourceOf([testSample({ answer: " " })])))).to.deep.equal(
      [check],
    );
  });
});

describe("testRewardItem", () => {
  it("is well formed and right by default, and parses the text it is given", () => {
    expect(testRewardItem().parsed).to.include({ format: "full", answer: "yes" });
    expect(testRewardItem({ text: "<answer>no</answer>" }).parsed).to.include({
      format: "partial",
      answer: "no",
    });
    expect(testRewardItem({ text: "a b c" }).completion.tokenIds).to.have.length(3);
  });
});

describe("textSimilarityConformance", () => {
  /** Share of the reference's words that the candidate has. */
  const sound: TextSimilarity = {
    name: "shared-words",
    // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous by contract
    similarity: async (pairs, signal) => {
      signal.throwIfAborted();
      return pairs.map(({ candidate, reference }) => {
        const words = (text: string) => new Set(text.trim() === "" ? [] : text.trim().split(/\s+/));
        const [found, wanted] = [words(candidate), words(reference)];
        if (wanted.size === 0) return found.size === 0 ? 1 : 0;
        return [...wanted].filter((word) => found.has(word)).length / wanted.size;
      });
    },
  };
  const changed = (
    change: (score: number, index: number, all: readonly number[]) => number,
  ): TextSimilarity => ({
    name: "changed",
    similarity: async (pairs, signal) => (await sound.similarity(pairs, signal)).map(change),
  });

  it("passes a sound similarity and disposes of each that it was given", async () => {
    let open = 0;
    const make = (): TextSimilarity => {
      open++;
      return {
        ...sound,
        dispose: () => {
          open--;
        },
      };
    };
    await runConformance(textSimilarityConformance(make));
    expect(open).to.equal(0);
  });

  const faults: [fault: string, check: string, similarity: TextSimilarity][] = [
    ["no name", "has a name", { ...sound, name: "" }],
    [
      "a score above 1",
      "returns one score in [0, 1] a pair, and none for no pairs",
      changed((score) => score * 2),
    ],
    ["NaN for odd text", "scores empty, malformed, long and non-Latin text", changed(() => NaN)],
    ["0 for empty texts", "gives two empty texts 1", changed((score) => (score === 1 ? 0.999 : score))],
    ["one score for all", "gives equal texts more than others", changed(() => 1)],
    [
      "scores relative to the batch",
      "gives a pair the same score alone and in a batch, up to rounding",
      changed((score, _, all) => score / all.length),
    ],
    [
      "deafness to the signal",
      "stops on an aborted signal, by its reason",
      { ...sound, similarity: (pairs) => sound.similarity(pairs, new AbortController().signal) },
    ],
  ];
  for (const [fault, check, similarity] of faults) {
    it(`finds ${fault}`, async () => {
      expect(await failing(textSimilarityConformance(() => similarity))).to.include(check);
    });
  }
});
