import { tmpdir } from "node:os";
import { createKernel, randomStream, RarlError, type Sample } from "@rarl-sdk/core";
import { promptSetConformance, testSample, withoutReasoning } from "@rarl-sdk/core/testing";
import { expect } from "chai";
import { PromptDiversity, promptDiversityOptions, promptDiversityPlugin } from "../src/index.js";

const sample: Sample = withoutReasoning(testSample({ question: "Is the lung healthy?", meta: {} }));

const promptSet = (options: object = {}): PromptDiversity =>
  new PromptDiversity(promptDiversityOptions.parse(options));

/** How often each style is drawn for `of` in 3,000 draws. */
function drawn(set: PromptDiversity, of: Sample = sample): Record<string, number> {
  const random = randomStream(42);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 3000; i++) {
    const { style } = set.train(of, random);
    counts[style] = (counts[style] ?? 0) + 1;
  }
  return counts;
}

function refusal(work: () => unknown): RarlError {
  try {
    work();
  } catch (error) {
    if (error instanceof RarlError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("plugin prompt-diversity", () => {
  const create = async (options: object = {}) => {
    const kernel = await createKernel({ builtins: [promptDiversityPlugin], baseDirectory: tmpdir() });
    return kernel.create("promptSets", "prompt-diversity", options);
  };
  for (const check of promptSetConformance(create)) it(check.name, () => check.run());

  it("has its options refused by the kernel where they are wrong", async () => {
    const error = await create({ template: "html" }).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "COMPONENT_OPTIONS");
  });
});

describe("the training styles", () => {
  it("are the paper's three, drawn uniformly", () => {
    const set = promptSet();
    expect(set.trainingStyles).to.deep.equal(["explanation-required", "short-form", "open-ended"]);
    const counts = drawn(set);
    expect(counts).to.have.all.keys("explanation-required", "short-form", "open-ended");
    for (const count of Object.values(counts)) expect(count).to.be.within(900, 1100);
  });

  it("are drawn from the stream alone", () => {
    const styles = (seed: number): string[] => {
      const random = randomStream(seed);
      return Array.from({ length: 50 }, () => promptSet().train(sample, random).style);
    };
    expect(styles(1)).to.deep.equal(styles(1));
    expect(styles(1)).not.to.deep.equal(styles(2));
  });

  it("carry the images and the chat template", () => {
    const prompt = promptSet({ styles: ["short-form"] }).train(sample, randomStream(1));
    expect(prompt).to.deep.equal({
      style: "short-form",
      template: "chat",
      text:
        "You are a Medical Assistant. Read the User's question and the associated medical image. Provide your " +
        "thinking within <think> </think> tags and a concise factual answer within <answer> </answer> tags. " +
        "User: Is the lung healthy? Assistant:",
      images: sample.images,
    });
    expect(promptSet({ template: "raw" }).train(sample, randomStream(1)).template).to.equal("raw");
  });

  it("can be a subset or weighted", () => {
    expect(drawn(promptSet({ styles: ["open-ended"] }))).to.deep.equal({ "open-ended": 3000 });
    const counts = drawn(promptSet({ styles: { "short-form": 3, "open-ended": 1 } }));
    expect(counts).to.have.all.keys("short-form", "open-ended");
    expect(counts["short-form"]).to.be.within(2150, 2350);
  });

  it("prefer the explanation for annotated samples when asked", () => {
    const annotated = { ...sample, reasoning: "opaque left lung" };
    const set = promptSet({ preferExplanation: true });
    expect(drawn(set, annotated)).to.deep.equal({ "explanation-required": 3000 });
    expect(Object.keys(drawn(set))).to.have.length(3);
    expect(Object.keys(drawn(promptSet(), annotated))).to.have.length(3);
  });

  it("follow a sample's meta.style when it names one, and ignore it otherwise", () => {
    expect(drawn(promptSet(), { ...sample, meta: { style: "short-form" } })).to.deep.equal({
      "short-form": 3000,
    });
    for (const style of ["reasoning", "freeform", 3]) {
      expect(Object.keys(drawn(promptSet(), { ...sample, meta: { style } })), String(style)).to.have.length(
        3,
      );
    }
  });
});

describe("the inference styles", () => {
  it("are reasoning, the default, and non-reasoning", () => {
    expect(promptSet().inferenceStyles).to.deep.equal(["reasoning", "non-reasoning"]);
  });

  it("put the question behind the instruction", () => {
    expect(promptSet().inference("non-reasoning", sample).text).to.equal(
      "A conversation between User and Medical Assistant. The assistant provides the user with the answer. " +
        "User: Is the lung healthy? Assistant:",
    );
    expect(promptSet().inference("reasoning", sample).text).to.equal(
      "A conversation between User and Medical Assistant. The user asks a question about the image, and the " +
        "Assistant solves it. The assistant first thinks about the reasoning process step by step and then provides " +
        "the user with the answer. User: Is the lung healthy? Assistant:",
    );
  });

  it("take another default", () => {
    expect(promptSet({ inferenceStyle: "non-reasoning" }).inferenceStyles).to.deep.equal([
      "non-reasoning",
      "reasoning",
    ]);
  });

  it("refuse an unknown style with the list", () => {
    for (const style of ["chain-of-thought", "short-form", "__proto__"]) {
      const error = refusal(() => promptSet().inference(style, sample));
      expect(error.code).to.equal("PROMPT_STYLE_UNKNOWN");
      expect(error.message).to.contain(style).and.contain("reasoning, non-reasoning");
    }
  });
});

describe("the question", () => {
  const texts = (of: Partial<Sample>, options: object = {}): string =>
    promptSet({ custom: [{ name: "bare", text: "Q: {question} A:", use: "both" }], ...options }).inference(
      "bare",
      {
        ...sample,
        ...of,
      },
    ).text;

  it("is inserted literally", () => {
    for (const question of ["cost $& $1 $$ $`?", "what is {question}?", "{question}{question}", "$'", ""]) {
      expect(texts({ question })).to.equal(`Q: ${question} A:`);
    }
  });

  it("is followed by the options of a choice question, one a line", () => {
    const of = { kind: "choice", choices: ["left", "$& both"] } as const;
    expect(texts(of)).to.equal("Q: Is the lung healthy?\n(A) left\n(B) $& both A:");
    expect(texts(of, { appendChoices: false })).to.equal("Q: Is the lung healthy? A:");
    expect(texts({ ...of, kind: "open" })).to.equal("Q: Is the lung healthy? A:");
  });
});

describe("custom styles", () => {
  const custom = [
    { name: "plain", system: "Answer.", use: "both" },
    { name: "think", system: "Think, then answer.", text: "{question}", use: "training" },
  ];

  it("stand in for the paper's, with their own system turn", () => {
    const set = promptSet({ custom });
    expect(set.trainingStyles).to.deep.equal(["plain", "think"]);
    expect(set.inferenceStyles).to.deep.equal(["plain", "reasoning", "non-reasoning"]);
    expect(drawn(set)).to.have.all.keys("plain", "think");
    expect(set.inference("plain", sample)).to.deep.equal({
      style: "plain",
      template: "chat",
      system: "Answer.",
      text: sample.question,
      images: sample.images,
    });
  });

  it("can be mixed with the paper's", () => {
    expect(drawn(promptSet({ custom, styles: ["think", "short-form"] }))).to.have.all.keys(
      "think",
      "short-form",
    );
  });

  it("can take the place of one of the paper's", () => {
    const set = promptSet({ custom: [{ name: "reasoning", text: "Why? {question}", use: "inference" }] });
    expect(set.inference("reasoning", sample).text).to.equal("Why? Is the lung healthy?");
    expect(set.trainingStyles).to.have.length(3);
  });

  it("are refused without {question}, with two of them, and under one name", () => {
    for (const text of ["", "no question", "{question} {question}", "{ question }"]) {
      const parsed = promptDiversityOptions.safeParse({ custom: [{ name: "x", text, use: "both" }] });
      expect(parsed.error?.issues[0]?.path, text).to.deep.equal(["custom", 0, "text"]);
    }
    expect(promptDiversityOptions.safeParse({ custom: [custom[0], custom[0]] }).success).to.equal(false);
  });
});

describe("options that name a style", () => {
  const cases: readonly [string, object][] = [
    ["an unknown training style", { styles: ["shortform"] }],
    ["an inference style to train on", { styles: { reasoning: 1 } }],
    ["a training style to evaluate with", { inferenceStyle: "short-form" }],
    ["preferExplanation without that style", { styles: ["short-form"], preferExplanation: true }],
  ];
  for (const [name, options] of cases) {
    it(`are refused for ${name}`, () => {
      const error = refusal(() => promptSet(options));
      expect(error.code).to.equal("PROMPT_STYLE_UNKNOWN");
      expect(error.message).to.contain("prompts.");
    });
  }
});
