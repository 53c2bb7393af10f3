import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Judge, JudgeItem, Verdict } from "../../src/index.js";
import { judgeEvaluation, readVerdictsOf } from "../../src/index.js";
import { testSample } from "../../src/testing/index.js";
import { expectError } from "../support/expect-error.js";
import { withTemporaryDirectory } from "../support/temporary-directory.js";

const signal = new AbortController().signal;

function valid(predictionScore: number): Verdict {
  return { state: "valid", reasoningScore: null, predictionScore, justification: "it says so" };
}

const items: readonly JudgeItem[] = ["a", "b", "c", "d"].map((id) => ({
  sample: testSample({ id }),
  prediction: `<answer>${id}</answer>`,
}));

/** A judge that says `verdicts` by sample id, one after another, and notes whom it was asked about. */
function scriptedJudge(verdicts: Readonly<Record<string, Verdict>>, fingerprint = "scripted/1") {
  const asked: string[] = [];
  const judge: Judge = {
    name: "scripted",
    fingerprint,
    async grade(given, _signal, onVerdict) {
      const list: Verdict[] = [];
      for (const [index, { sample }] of given.entries()) {
        asked.push(sample.id);
        const verdict = verdicts[sample.id] ?? valid(1);
        await onVerdict?.(index, verdict);
        list.push(verdict);
      }
      return list;
    },
  };
  return { judge, asked };
}

const common = { label: "test", plugin: "test", items, signal };

describe("judging an evaluation", () => {
  it("asks again only about what has no verdict yet, about errors and about states named", () =>
    withTemporaryDirectory(async (directory) => {
      const refused: Verdict = { state: "refused", detail: "no" };
      const failed: Verdict = { state: "error", detail: "down" };
      const first = scriptedJudge({ a: refused, b: failed });
      await judgeEvaluation({ ...common, directory, judge: first.judge });
      expect(first.asked).to.deep.equal(["a", "b", "c", "d"]);

      const second = scriptedJudge({ b: valid(0) });
      const { verdicts, kept } = await judgeEvaluation({ ...common, directory, judge: second.judge });
      expect(second.asked).to.deep.equal(["b"]);
      expect(kept).to.equal(3);
      expect(verdicts).to.deep.equal([refused, valid(0), valid(1), valid(1)]);

      const third = scriptedJudge({});
      await judgeEvaluation({ ...common, directory, judge: third.judge, again: ["refused"] });
      expect(third.asked).to.deep.equal(["a"]);
      const records = await readVerdictsOf(directory, "test");
      expect([...records.values()].map(({ state }) => state)).to.deep.equal(Array(4).fill("valid"));
    }));

  it("takes over no verdict about another completion, another annotation or by another judge", () =>
    withTemporaryDirectory(async (directory) => {
      await judgeEvaluation({ ...common, directory, judge: scriptedJudge({}).judge });
      const changed = [
        { ...items[0]!, prediction: "<answer>other</answer>" },
        { ...items[1]!, sample: testSample({ id: "b", answer: "no" }) },
        items[2]!,
        { ...items[3]!, sample: testSample({ id: "d", reasoning: "Another one." }) },
      ];
      const again = scriptedJudge({});
      await judgeEvaluation({ ...common, directory, judge: again.judge, items: changed });
      expect(again.asked).to.deep.equal(["a", "b", "d"]);
      const other = scriptedJudge({}, "scripted/2");
      await judgeEvaluation({ ...common, directory, judge: other.judge, items: changed });
      expect(other.asked).to.have.length(4);
    }));

  it("keeps what came before a failure, and goes on from there after a torn line", () =>
    withTemporaryDirectory(async (directory) => {
      const broken: Judge = {
        name: "broken",
        fingerprint: "scripted/1",
        async grade(_items, _signal, onVerdict) {
          await Promise.all([onVerdict?.(2, valid(0)), onVerdict?.(0, valid(1))]);
          throw new Error("the network is gone");
        },
      };
      const failing = judgeEvaluation({ ...common, directory, judge: broken });
      await failing.then(
        () => expect.fail("it did not fail"),
        (error: unknown) => expect(String(error)).to.contain("the network is gone"),
      );
      await appendFile(join(directory, "verdicts-test.jsonl"), '{"sampleId":"b","completionSha');
      const { judge, asked } = scriptedJudge({ b: valid(0), d: valid(0) });
      const { verdicts } = await judgeEvaluation({ ...common, directory, judge });
      expect(asked).to.deep.equal(["b", "d"]);
      expect(verdicts).to.deep.equal([valid(1), valid(0), valid(0), valid(0)]);
      const lines = (await readFile(join(directory, "verdicts-test.jsonl"), "utf8")).trim().split("\n");
      expect(lines.map((line) => (JSON.parse(line) as { sampleId: string }).sampleId)).to.deep.equal([
        "c",
        "a",
        "b",
        "d",
      ]);
    }));

  it("leaves no file of a judge that said nothing", () =>
    withTemporaryDirectory(async (directory) => {
      const away: Judge = {
        ...scriptedJudge({}).judge,
        grade: () => Promise.reject(new Error("turned away")),
      };
      await judgeEvaluation({ ...common, directory, judge: away }).catch(() => undefined);
      expect(await readdir(directory)).to.deep.equal([]);
    }));

  it("writes the verdicts of a judge that tells all at once, and refuses a wrong number of them", () =>
    withTemporaryDirectory(async (directory) => {
      const atOnce: Judge = { name: "at-once", grade: () => Promise.resolve(items.map(() => valid(1))) };
      await judgeEvaluation({ ...common, directory, judge: atOnce });
      expect((await readVerdictsOf(directory, "test")).size).to.equal(4);
      const short: Judge = { name: "short", grade: () => Promise.resolve([valid(1)]) };
      await expectError(
        "JUDGE_COUNT",
        judgeEvaluation({ ...common, label: "short", directory, judge: short }),
      );
    }));

  it("has a verdict file that something else broke refused, naming the line", () =>
    withTemporaryDirectory(async (directory) => {
      await writeFile(join(directory, "verdicts-test.jsonl"), '{"sampleId":"a"}\n');
      const { judge } = scriptedJudge({});
      await expectError("JSONL_INVALID", judgeEvaluation({ ...common, directory, judge }));
    }));
});
