import { expect } from "chai";
import { createKernel, tokens, type TextSimilarity } from "@rarl-sdk/core";
import { testSample, withoutReasoning } from "@rarl-sdk/core/testing";
import { geminiJudgeOptions, llmJudgePlugin, openaiJudgeOptions } from "../src/index.js";
import { parseDuration, waitOf } from "../src/providers/rate-limits.js";
import { readAnswer } from "../src/verdict-schema.js";
import { running } from "./support/make-judge.js";

describe("reading a judge's answer", () => {
  const whole = '{"evaluation": "Right.", "reasoning_score": 0, "prediction_score": 1}';
  const read = { justification: "Right.", reasoningScore: 0, predictionScore: 1 };

  it("takes the object, bare, in a block or in a sentence, and digits as text", () => {
    for (const text of [
      whole,
      `\`\`\`json\n${whole}\n\`\`\``,
      `Here it is: ${whole} I hope it helps.`,
      whole.replace("0", '"0"'),
      `${whole}\n${whole}`,
      `{not JSON} ${whole}`,
    ]) {
      expect(readAnswer(text, true), text).to.deep.equal(read);
    }
  });

  it("guesses nothing", () => {
    for (const text of [
      "",
      "1",
      "reasoning_score: 1, prediction_score: 1",
      whole.slice(0, -1),
      whole.replace("1}", "0.5}"),
      whole.replace("1}", "true}"),
      whole.replace("1}", "2}"),
      whole.replace("1}", "null}"),
      '{"evaluation": "Right.", "prediction_score": 1}',
      `[${whole}, ${whole.replace("1}", "0}")}]`,
      "{".repeat(200_000),
    ]) {
      expect(readAnswer(text, true), text.slice(0, 80)).to.have.property("problem");
    }
  });

  it("reads no reasoning score that was not asked for", () => {
    expect(readAnswer(whole, false)).to.deep.equal({ ...read, reasoningScore: null });
  });
});

describe("rate-limit headers", () => {
  it("give durations as OpenAI writes them", () => {
    const texts = ["20ms", "1s", "6m0s", "1h30m", "1.5s", "", "soon", "5", "1s later"];
    expect(texts.map(parseDuration)).to.deep.equal([
      20,
      1000,
      360_000,
      5_400_000,
      1500,
      null,
      null,
      null,
      null,
    ]);
  });

  it("give the wait, what is asked for plainly before what follows from a limit", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    const wait = (headers: Record<string, string>) => waitOf(new Headers(headers), now);
    const spent = { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "2s" };
    expect(wait({ "retry-after": "3", ...spent })).to.equal(3000);
    expect(wait({ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" })).to.equal(30_000);
    expect(wait({ "retry-after": "Wed, 31 Dec 2025 23:00:00 GMT" })).to.equal(0);
    expect(wait({ "retry-after-ms": "250", "retry-after": "9" })).to.equal(250);
    expect(
      wait({ ...spent, "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "9s" }),
    ).to.equal(9000);
    expect(wait({ ...spent, "x-ratelimit-remaining-tokens": "1" })).to.equal(null);
    expect(wait({ "retry-after": "later" })).to.equal(null);
  });
});

describe("plugin llm-judge", () => {
  async function kernelWith(similarity: TextSimilarity) {
    const kernel = await createKernel({ builtins: [llmJudgePlugin], baseDirectory: "." });
    kernel.container.register(tokens.textSimilarity, { useValue: similarity });
    return kernel;
  }

  it("says who is sent what, and that nothing leaves the machine for a loopback address", async () => {
    const kernel = await kernelWith({ name: "none", similarity: () => Promise.resolve([]) });
    const recipient = (name: string, options: object) => {
      const listing = kernel.components("judges").find((component) => component.name === name)!;
      return listing.sendsTo === null
        ? undefined
        : listing.sendsTo(listing.optionsSchema.parse(options) as never);
    };
    const model = "m";
    expect(recipient("openai", { model })).to.have.property("address", "https://api.openai.com/v1");
    expect(recipient("gemini", { model })).to.have.property("address").that.contains("googleapis.com");
    expect(recipient("openai", { model, baseURL: "http://192.168.0.7/v1" }))
      .to.have.property("what")
      .that.contains("UNENCRYPTED");
    for (const host of ["127.0.0.1:8000", "localhost", "[::1]:1"]) {
      expect(recipient("openai", { model, baseURL: `http://${host}/v1` })).to.equal(null);
    }
    expect(recipient("openai", { model, baseURL: "http://localhost.evil.example/v1" })).to.not.equal(null);
    expect(recipient("rules", {})).to.equal(undefined);
  });

  it("refuses base URLs that hold what must not be written down", () => {
    for (const baseURL of [
      "https://me:pass@x.example/v1",
      "https://x.example/v1?key=1",
      "ftp://x.example",
      "x",
    ]) {
      for (const options of [openaiJudgeOptions, geminiJudgeOptions]) {
        expect(options.safeParse({ model: "m", baseURL }).success, baseURL).to.equal(false);
      }
    }
  });

  it("has a judge of rules alone: same answers, similar answers, reasoning where it is annotated", async () => {
    const similarity: TextSimilarity = {
      name: "listed",
      similarity: (pairs) =>
        Promise.resolve(
          pairs.map(({ candidate, reference }) => (candidate.includes(reference.slice(0, 4)) ? 0.6 : 0.4)),
        ),
    };
    const judge = (await kernelWith(similarity)).create("judges", "rules", { answerThreshold: 0.6 });
    const closed = testSample();
    const open = testSample({ kind: "open", answer: "effusion" });
    const verdicts = await judge.grade(
      [
        { sample: closed, prediction: "<think>The left lung.</think><answer>Yes.</answer>" },
        { sample: closed, prediction: "<think>Nothing.</think><answer>yes and no</answer>" },
        { sample: withoutReasoning(open), prediction: "pleural effusion" },
        { sample: withoutReasoning(open), prediction: "<think>effusion" },
        { sample: open, prediction: "" },
      ],
      running,
    );
    const scores = verdicts.map((verdict) =>
      verdict.state === "valid" ? [verdict.predictionScore, verdict.reasoningScore] : verdict.state,
    );
    expect(scores).to.deep.equal([
      [1, 1],
      [0, 0],
      [1, null],
      [0, null],
      [0, 0],
    ]);
    expect(await judge.grade([], running)).to.deep.equal([]);
  });
});
