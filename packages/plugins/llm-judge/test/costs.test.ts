import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import type { Verdict } from "@rarl-sdk/core";
import { CostLedger } from "../src/cost/cost-ledger.js";
import { costOf, listPrice } from "../src/cost/prices.js";
import { usage, verdictText } from "./support/judge-server.js";
import { geminiJudge, itemOf, itemsOf, openaiJudge, running } from "./support/make-judge.js";
import { withServer, withTemporaryDirectory } from "./support/with-server.js";

const price = { input: 1, output: 10 };
/** What the server bills for one answer. */
const billed = costOf(price, usage.input, usage.output);

function counts(verdicts: readonly Verdict[]): Readonly<Record<string, number>> {
  const result: Record<string, number> = {};
  for (const { state } of verdicts) result[state] = (result[state] ?? 0) + 1;
  return result;
}

describe("the cap on costs", () => {
  const suite = withServer();

  for (const makeJudge of [openaiJudge, geminiJudge]) {
    it(`holds, with many calls at a time (${makeJudge.name})`, async () => {
      const maximumCost = 0.02;
      const { judge } = await makeJudge(suite.server, { price, maximumCost, concurrency: 8 });
      const verdicts = await judge.grade(itemsOf(100), running);
      const { valid = 0, error = 0 } = counts(verdicts);
      expect(valid + error).to.equal(100);
      expect(valid).to.equal(suite.server.answered);
      expect(valid * billed).to.be.at.most(maximumCost);
      // It is used as far as the most that a call can cost allows.
      expect(valid * billed).to.be.above(maximumCost - 0.008);
      const refused = verdicts.filter(({ state }) => state === "error");
      for (const verdict of refused) {
        expect(verdict).to.have.property("detail").that.contains("not asked: the budget of $0.02");
      }
    });
  }

  it("counts calls whose end nobody saw with the most they can have cost", async () => {
    suite.server.behaviour = ({ number }) =>
      number % 2 === 0 ? { do: "cut" } : { do: "answer", text: verdictText(1) };
    const { judge } = await openaiJudge(suite.server, { price, maximumCost: 0.03, concurrency: 1 });
    const verdicts = await judge.grade(itemsOf(40), running);
    const spent = verdicts.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
    expect(spent).to.be.at.most(0.03);
    const { valid = 0 } = counts(verdicts);
    expect(spent).to.be.above(valid * billed + (valid - 1) * 0.004);
  });

  it("counts nothing for calls that were turned away", async () => {
    suite.server.behaviour = ({ attempt }) =>
      attempt < 2 ? { do: "fail", status: 503 } : { do: "answer", text: verdictText(1) };
    const { judge } = await openaiJudge(suite.server, { price });
    const [verdict] = await judge.grade([itemOf("a")], running);
    expect(verdict!.cost).to.be.closeTo(billed, 1e-15);
  });

  it("holds across processes, calls that were open when one was killed included", () =>
    withTemporaryDirectory(async (recordDirectory) => {
      const file = path.join(recordDirectory, "judge-costs.jsonl");
      const killed = await CostLedger.open(file);
      const id = await killed.begin("openai:gpt-4o-mini", "gpt-4o-mini", 0.004);
      await killed.settle("openai:gpt-4o-mini", id, 0.004, { cost: 0.001, usage: null, outcome: "answered" });
      await killed.begin("openai:gpt-4o-mini", "gpt-4o-mini", 0.016);
      await killed.begin("openai:gpt-4o", "gpt-4o", 5);
      await appendFile(file, '{"event":"call","id":"torn","judge":"openai:gpt-4o-mini","mo');

      const { judge } = await openaiJudge(suite.server, { price, maximumCost: 0.027 }, { recordDirectory });
      const verdicts = await judge.grade(itemsOf(40), running);
      const { valid = 0 } = counts(verdicts);
      expect(valid * billed)
        .to.be.at.most(0.01)
        .and.to.be.above(0.001);
      const lines = (await readFile(file, "utf8")).trim().split("\n");
      expect(lines).to.have.length(4 + 2 * valid);
      expect(JSON.parse(lines.at(-1)!)).to.include({ event: "settled", inputTokens: 120, outputTokens: 30 });
    }));

  it("stops the judging when what is spent cannot be written down", () =>
    withTemporaryDirectory(async (directory) => {
      const recordDirectory = path.join(directory, "file");
      await writeFile(recordDirectory, "in the way");
      const { judge } = await openaiJudge(suite.server, { price }, { recordDirectory });
      const failure = await judge.grade(itemsOf(3), running).catch((error: unknown) => error);
      expect(failure).to.have.property("code", "OUTPUT_NOT_WRITABLE");
      expect(suite.server.calls).to.have.length(0);
    }));

  it("needs a price; without either, tokens are counted and costs are not known", async () => {
    const elsewhere = { baseURL: "https://judges.example/v1", keyVariable: null };
    const make = openaiJudge(suite.server, { ...elsewhere, maximumCost: 5 });
    expect(await make.catch((error: unknown) => error)).to.have.property("code", "JUDGE_PRICE_UNKNOWN");
    await openaiJudge(suite.server, elsewhere);
    await openaiJudge(suite.server, { ...elsewhere, maximumCost: 5, price });
  });
});

describe("list prices", () => {
  it("are those of a model and its versions, and of no other", () => {
    expect(listPrice("openai", "gpt-4o-mini-2024-07-18")).to.deep.equal({ input: 0.15, output: 0.6 });
    expect(listPrice("gemini", "models/gemini-1.5-flash-002")).to.deep.equal({ input: 0.075, output: 0.3 });
    expect(listPrice("openai", "gpt-4o-mini-tuned")).to.equal(null);
    expect(listPrice("gemini", "gpt-4o")).to.equal(null);
  });
});
