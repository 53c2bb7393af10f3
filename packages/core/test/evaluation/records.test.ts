import { expect } from "chai";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { completionHash, readPredictions, readRatings, readVerdicts } from "@rarl-sdk/core";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

const prediction = (id: string, completion: string) => ({
  sample: {
    id,
    images: [{ path: "images/x.png", sha256: "ab" }],
    question: "?",
    answer: "yes",
    kind: "closed",
    meta: {},
    origin: { file: "test.jsonl", record: 1 },
  },
  style: "plain",
  completion,
  think: null,
  answer: null,
  finishReason: "stop",
  tokens: 2,
  promptTokens: 5,
  rewards: {},
  reward: null,
  strict: false,
  lenient: false,
  scores: {},
});

const verdict = (sampleId: string, rest: object) => ({
  sampleId,
  completionSha256: completionHash("x"),
  ...rest,
});

async function writeLines(file: string, records: readonly object[]): Promise<void> {
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

describe("the records of an evaluation", () => {
  it("are read with image paths from their folder, a torn last line passed over", () =>
    withTemporaryDirectory(async (directory) => {
      const file = join(directory, "predictions.jsonl");
      await writeLines(file, [prediction("a", "one"), prediction("b", "two")]);
      await appendFile(file, JSON.stringify(prediction("c", "three")).slice(0, 90));
      const read = await readPredictions(directory);
      expect(read.map(({ sample }) => sample.id)).to.deep.equal(["a", "b"]);
      expect(read[0]!.sample.images[0]!.path).to.equal(join(directory, "images", "x.png"));
    }));

  it("name the line that is no prediction, and the folder that has none", () =>
    withTemporaryDirectory(async (directory) => {
      await expectError("EVALUATION_NOT_FOUND", readPredictions(directory));
      const lines = [prediction("a", "one"), { ...prediction("b", "two"), tokens: "many" }];
      await writeLines(join(directory, "predictions.jsonl"), lines);
      const error = await expectError("JSONL_INVALID", readPredictions(directory));
      expect(error.message).to.match(/predictions\.jsonl:2 .*tokens/);
    }));

  it("let the last verdict on a sample count, judge by judge", () =>
    withTemporaryDirectory(async (directory) => {
      const scores = { reasoningScore: null, predictionScore: 1, justification: "same" };
      await writeLines(join(directory, "verdicts-rule.jsonl"), [
        verdict("a", { state: "error", detail: "cut off" }),
        verdict("b", { state: "valid", ...scores, ownField: 3 }),
        verdict("a", { state: "valid", ...scores }),
      ]);
      await writeLines(join(directory, "verdicts-other-judge.jsonl"), [
        verdict("a", { state: "refused", detail: "no" }),
      ]);
      const verdicts = await readVerdicts(directory);
      expect([...verdicts.keys()]).to.deep.equal(["other-judge", "rule"]);
      expect([...verdicts.get("rule")!.values()].map(({ state }) => state)).to.deep.equal(["valid", "valid"]);
      expect(verdicts.get("rule")!.get("b")).to.have.property("ownField", 3);
    }));

  it("refuse a verdict that is valid without a score", () =>
    withTemporaryDirectory(async (directory) => {
      const bad = verdict("a", { state: "valid", reasoningScore: null, justification: "" });
      await writeLines(join(directory, "verdicts-rule.jsonl"), [bad]);
      const error = await expectError("JSONL_INVALID", readVerdicts(directory));
      expect(error.message).to.match(/predictionScore/);
    }));

  it("leave a withdrawn rating out", () =>
    withTemporaryDirectory(async (directory) => {
      const rating = (sampleId: string, state: string, score: number | null) => ({
        ...verdict(sampleId, { state, reasoningScore: null, predictionScore: score }),
        rater: "anna",
        note: "",
        ratedAt: "2026-01-01T00:00:00.000Z",
      });
      await writeLines(join(directory, "ratings-anna.jsonl"), [
        rating("a", "rated", 1),
        rating("b", "rated", 0),
        rating("a", "withdrawn", null),
        rating("c", "skipped", null),
      ]);
      const ratings = (await readRatings(directory)).get("anna")!;
      expect([...ratings.keys()]).to.deep.equal(["b", "c"]);
    }));
});
