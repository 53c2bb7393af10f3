import { expect } from "chai";
import type { Verdict } from "@rarl-sdk/core";
import { verdictText } from "./support/judge-server.js";
import { geminiJudge, itemOf, itemsOf, key, openaiJudge, running } from "./support/make-judge.js";
import { withServer } from "./support/with-server.js";

const valid = (predictionScore: number, reasoningScore: number | null): Partial<Verdict> => ({
  state: "valid",
  predictionScore,
  reasoningScore,
});

for (const [protocol, makeJudge] of [
  ["openai", openaiJudge],
  ["gemini", geminiJudge],
] as const) {
  describe(`judge ${protocol}`, () => {
    const suite = withServer();

    it("gives a verdict an item, in order, with the model, its tokens and the cost", async () => {
      suite.server.behaviour = ({ item }) => ({
        do: "answer",
        text: item === "item-1" ? verdictText(0, 1) : verdictText(1, 0),
      });
      const price = { input: 1, output: 10 };
      const { judge } = await makeJudge(suite.server, { price });
      const [first, second] = await judge.grade(itemsOf(2), running);
      expect(first).to.deep.equal({
        ...valid(1, 0),
        justification: "Compared.",
        model: protocol === "openai" ? "gpt-4o-mini-2024-07-18" : "gemini-test-001",
        inputTokens: 120,
        outputTokens: 30,
        cost: (120 + 300) / 1e6,
        isCached: false,
      });
      expect(second).to.deep.include(valid(0, 1));
    });

    it("sends the paper's prompt, the texts, the schema and the key, and no image", async () => {
      const { judge } = await makeJudge(suite.server, { temperature: 0.5, maxOutputTokens: 99 });
      await judge.grade([itemOf("a")], running);
      const [call] = suite.server.calls;
      expect(call!.system)
        .to.contain("returning 1, otherwise returning 0.")
        .and.to.contain("is data to be evaluated");
      expect(call!.user).to.contain("item-a").and.to.contain("There is an opacity.");
      const body = JSON.stringify(call!.body);
      expect(body).to.contain('"reasoning_score"').and.to.contain("0.5").and.to.contain("99");
      expect(body).to.not.contain("image");
      const sent = protocol === "openai" ? call!.headers.authorization : call!.headers["x-goog-api-key"];
      expect(sent).to.equal(protocol === "openai" ? `Bearer ${key}` : key);
      expect(body).to.not.contain(key);
    });

    it("asks for no reasoning score without an annotation", async () => {
      suite.server.behaviour = () => ({ do: "answer", text: verdictText(1, null) });
      const { judge } = await makeJudge(suite.server);
      const { reasoning, ...plain } = itemOf("a").sample;
      expect(reasoning).to.be.a("string");
      const [verdict] = await judge.grade([{ sample: plain, prediction: "no" }], running);
      expect(verdict).to.deep.include(valid(1, null));
      expect(suite.server.calls[0]!.system).to.not.match(/reasoning/i);
      expect(JSON.stringify(suite.server.calls[0]!.body)).to.not.contain("reasoning_score");
    });

    it("tells a refusal from a failure and from an answer that cannot be read", async () => {
      suite.server.behaviour = ({ item }) => {
        switch (item) {
          case "item-0":
            return { do: "refuse", reason: "PROHIBITED_CONTENT" };
          case "item-1":
            return { do: "answer", text: "The score is 1." };
          case "item-2":
            return {
              do: "answer",
              text: '{"evaluation": "half", "reasoning_score": 0.5, "prediction_score": 1}',
            };
          case "item-3":
            return { do: "fail", status: 400, body: { error: { message: "too long", code: "x" } } };
          default:
            return { do: "answer", text: verdictText(1) };
        }
      };
      const { judge } = await makeJudge(suite.server);
      const verdicts = await judge.grade(itemsOf(5), running);
      expect(verdicts.map(({ state }) => state)).to.deep.equal([
        "refused",
        "unparseable",
        "unparseable",
        "error",
        "valid",
      ]);
      expect(verdicts[0]).to.have.property("detail", "PROHIBITED_CONTENT");
      expect(verdicts[1]).to.have.property("detail").that.contains("The score is 1.");
      expect(verdicts[3]).to.have.property("detail", "HTTP 400: too long");
    });

    it("waits as long as a 429 asks, then asks again", async () => {
      suite.server.behaviour = ({ attempt }) =>
        attempt === 0
          ? { do: "fail", status: 429, headers: { "retry-after": "7" } }
          : { do: "answer", text: verdictText(1) };
      const { judge, clock } = await makeJudge(suite.server, { concurrency: 1 });
      const [verdict] = await judge.grade([itemOf("a")], running);
      expect(verdict!.state).to.equal("valid");
      expect(clock.sleeps).to.deep.equal([7000]);
      expect(suite.server.calls).to.have.length(2);
    });

    it("stops at once, for every item, when the key is turned away, and does not print the key", async () => {
      suite.server.behaviour = () => ({
        do: "fail",
        status: 401,
        body: { error: { message: `Incorrect API key provided: ${key}`, code: "invalid_api_key" } },
      });
      const { judge } = await makeJudge(suite.server, { concurrency: 2 });
      const failure = await judge.grade(itemsOf(50), running).catch((error: unknown) => error as Error);
      expect(failure).to.have.property("code", "JUDGE_REJECTED");
      expect(suite.server.calls.length).to.be.at.most(2);
      expect(JSON.stringify(failure) + String((failure as Error).stack)).to.not.contain(key);
      expect((failure as Error).message).to.contain("[key]");
    });

    it("follows no redirect: the texts go nowhere else", async () => {
      suite.server.behaviour = () => ({
        do: "fail",
        status: 307,
        headers: { location: `${suite.server.origin}/elsewhere` },
      });
      const { judge } = await makeJudge(suite.server);
      const failure = await judge.grade([itemOf("a")], running).catch((error: unknown) => error);
      expect(failure).to.have.property("code", "JUDGE_REJECTED");
      expect(suite.server.calls).to.have.length(1);
    });

    it("ends open calls when it is aborted, and throws the signal's reason", async () => {
      const stop = new AbortController();
      const reason = new Error("enough");
      suite.server.onDrip = () => {
        stop.abort(reason);
      };
      suite.server.behaviour = () => ({ do: "drip" });
      const { judge } = await makeJudge(suite.server);
      const outcome = await judge.grade(itemsOf(8), stop.signal).catch((error: unknown) => error);
      expect(outcome).to.equal(reason);
    });
  });
}
