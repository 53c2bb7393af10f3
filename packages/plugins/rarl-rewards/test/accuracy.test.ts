import { RarlError, type TextSimilarity } from "@rarl-sdk/core";
import { expect } from "chai";
import { AccuracyReward, TokenF1, accuracyRewardOptions } from "../src/index.js";
import { noComponents } from "./support/components.js";
import { completion, rewardItem, running } from "./support/reward-item.js";

const accuracy = (options: object = {}, similarity: TextSimilarity = new TokenF1()): AccuracyReward =>
  new AccuracyReward(accuracyRewardOptions.parse(options), similarity, noComponents);

describe("the accuracy reward on closed questions", () => {
  const closed = async (reference: string, text: string): Promise<number | null | undefined> =>
    (await accuracy().score([rewardItem(text, { answer: reference })], running))[0];

  it("compares whole normalised answers", async () => {
    expect(await closed("yes", completion("Yes."))).to.equal(1);
    expect(await closed("Two", completion("2"))).to.equal(1);
    expect(await closed("no", completion("yes"))).to.equal(0);
    expect(await closed("是", completion("是。"))).to.equal(1);
    expect(await closed("是", completion("不是"))).to.equal(0);
  });

  it("knows no synonyms", async () => {
    for (const answer of ["yeah", "true", "yes it is", "correct"]) {
      expect(await closed("yes", completion(answer)), answer).to.equal(0);
    }
  });

  const hacks: readonly [string, string, string][] = [
    ["an empty answer", "yes", completion("")],
    ["an answer of white space", "yes", completion(" \n ")],
    ["an answer of punctuation", "yes", completion("...")],
    ["all classes listed", "yes", completion("yes no")],
    ["all classes listed with a slash", "no", completion("yes/no")],
    ['"no" inside "normal"', "no", completion("normal")],
    ["an answer outside the tags", "yes", "<think> a </think> yes"],
    ["an answer after an empty block", "yes", `${completion("")} yes`],
    ["a bare answer", "yes", "yes"],
    ["a second answer block", "yes", `${completion("yes")} <answer> no </answer>`],
    ["the same answer twice", "yes", `${completion("yes")} <answer> yes </answer>`],
    ["an answer inside the reasoning", "yes", "<think> <answer> yes </answer> </think>"],
    ["a nested answer block", "yes", "<think>a</think><answer><answer>yes</answer></answer>"],
    ["tags of look-alike letters", "yes", "<think>a</think><аnswer>yes</аnswer>"],
    ["an unclosed answer block", "yes", "<think>a</think><answer>yes"],
    ["an answer padded by repeats", "yes", completion("yes ".repeat(100))],
  ];
  for (const [name, reference, text] of hacks) {
    it(`gives 0 to ${name}`, async () => {
      expect(await closed(reference, text)).to.equal(0);
    });
  }

  it("reads the first clause alone when asked", async () => {
    const score = async (reference: string, answer: string) => {
      const item = rewardItem(completion(answer), { answer: reference });
      return (await accuracy({ closedMatch: "first-clause" }).score([item], running))[0];
    };
    const right = [
      ["no", "No, the heart is enlarged."],
      ["no", "No. It is not."],
      ["no", "no"],
      ["yes", "Yes; clearly"],
      ["是", "是，左肺清晰。"],
      ["0.5 cm", "0.5 cm, in the left lung"],
      ["yes", "yes\nno"],
    ] as const;
    for (const [reference, answer] of right) expect(await score(reference, answer), answer).to.equal(1);
    const wrong = [
      ["no", "Normal, no effusion"],
      ["no", "nothing."],
      ["no", "yes, no"],
      ["yes", "It is, yes"],
      ["5", "0.5 cm"],
      ["是", "不是，是"],
      ["no", "no effusion is seen, yes"],
    ] as const;
    for (const [reference, answer] of wrong) expect(await score(reference, answer), answer).to.equal(0);
  });

  it("counts a right answer in a block although the rest of the format is wrong", async () => {
    expect(await closed("yes", "well <answer> yes </answer>")).to.equal(1);
  });
});

describe("the accuracy reward on choice questions", () => {
  const choices = ["left lung", "right lung", "both", "B"];
  const choice = async (answer: string, reference = "right lung"): Promise<number | null | undefined> => {
    const sample = { kind: "choice", choices, answer: reference } as const;
    return (await accuracy().score([rewardItem(completion(answer), sample)], running))[0];
  };

  for (const answer of [
    "(B)",
    "(b)",
    "B.",
    "B)",
    "(B).",
    "Right lung.",
    "the right lung",
    "(B) right lung",
    "b: right lung",
  ]) {
    it(`accepts ${answer}`, async () => {
      expect(await choice(answer)).to.equal(1);
    });
  }

  for (const answer of [
    "(A)",
    "A",
    "left lung",
    "(A) right lung",
    "(B) left lung",
    "A B",
    "(A)(B)",
    "A, B, C",
    "Z",
    "(Z)",
    "lung",
    "left lung right lung",
    "Because",
    "b right",
    "答案B",
  ]) {
    it(`does not accept ${answer}`, async () => {
      expect(await choice(answer)).to.equal(0);
    });
  }

  it("prefers an option's own text to a letter", async () => {
    expect(await choice("B")).to.equal(0);
    expect(await choice("B", "B")).to.equal(1);
  });

  it("understands a reference that is a letter", async () => {
    expect(await choice("both", "(C)")).to.equal(1);
    expect(await choice("left lung", "(C)")).to.equal(0);
  });

  it("tells options apart that differ only in punctuation, and refuses what could be either", async () => {
    const sample = { kind: "choice", choices: ["<5 mm", ">5 mm"], answer: ">5 mm" } as const;
    const items = [">5 mm", "<5 mm", "5 mm"].map((answer) => rewardItem(completion(answer), sample));
    expect(await accuracy().score(items, running)).to.deep.equal([1, 0, 0]);
  });

  it("refuses a reference that is none of the choices, naming the record", async () => {
    const item = rewardItem(completion("both"), {
      kind: "choice",
      choices,
      answer: "heart",
      id: "s7",
      origin: { file: "train.jsonl", record: 7 },
    });
    const error = await accuracy()
      .score([item], running)
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(error).to.be.instanceOf(RarlError).with.property("code", "DATA_INVALID");
    expect((error as Error).message)
      .to.contain("train.jsonl, record 7 (sample s7)")
      .and.contain("heart");
  });
});

describe("the accuracy reward on open questions", () => {
  const open = { kind: "open", answer: "nodule in the left lung" } as const;

  it("scores the answer block by the injected similarity, one call a batch, in order", async () => {
    const calls: unknown[] = [];
    const similarity: TextSimilarity = {
      name: "words",
      similarity: (pairs) => {
        calls.push(pairs);
        return Promise.resolve(pairs.map((_, index) => (index + 1) / 4));
      },
    };
    const items = [
      rewardItem(completion("a"), open),
      rewardItem(completion("yes")),
      rewardItem(completion(""), open),
      rewardItem("b", open),
      rewardItem(completion("c"), open),
    ];
    expect(await accuracy({}, similarity).score(items, running)).to.deep.equal([0.25, 1, 0, 0, 0.5]);
    expect(calls).to.deep.equal([
      [
        { candidate: "a", reference: open.answer },
        { candidate: "c", reference: open.answer },
      ],
    ]);
  });

  it("gives token F1 its precision's worth of a list of everything", async () => {
    const listed = "nodule mass effusion in left right upper lower lung heart liver brain";
    const items = [completion("left lung nodule"), completion(listed)].map((text) => rewardItem(text, open));
    const [honest, everything] = await accuracy().score(items, running);
    expect(honest).to.be.closeTo(6 / 7, 1e-12);
    expect(everything).to.be.closeTo(8 / 16, 1e-12);
  });

  it("scores by equality when asked", async () => {
    const items = ["Nodule in left lung.", "left lung nodule", ""].map((text) =>
      rewardItem(completion(text), open),
    );
    expect(await accuracy({ openMeasure: "exact" }).score(items, running)).to.deep.equal([1, 0, 0]);
  });

  it("stops when aborted", async () => {
    const aborted = AbortSignal.abort(new Error("stop"));
    const error = await accuracy()
      .score([rewardItem(completion("a"), open)], aborted)
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(error).to.have.property("message", "stop");
  });
});
