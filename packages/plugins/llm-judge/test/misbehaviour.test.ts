import { expect } from "chai";
import type { Verdict } from "@rarl-sdk/core";
import { verdictText, type Behaviour } from "./support/judge-server.js";
import { geminiJudge, itemOf, itemsOf, openaiJudge, running } from "./support/make-judge.js";
import { withServer } from "./support/with-server.js";

/** Ways to fail, of which every item meets the first few before its answer. */
const troubles: readonly Behaviour[] = [
  { do: "fail", status: 429, headers: { "retry-after": "2" } },
  { do: "fail", status: 500 },
  { do: "cut" },
  { do: "say", body: "<html>Bad gateway</html>" },
  { do: "say", body: "{}" },
  { do: "drip" },
  { do: "fail", status: 503, headers: { "retry-after-ms": "40" } },
];

for (const [protocol, makeJudge] of [
  ["openai", openaiJudge],
  ["gemini", geminiJudge],
] as const) {
  describe(`judge ${protocol} at a server that misbehaves`, () => {
    const suite = withServer();

    it("loses no item and counts none wrongly", async () => {
      const { judge, clock } = await makeJudge(suite.server, { concurrency: 8, retries: troubles.length });
      suite.server.onDrip = () => {
        clock.passDeadlines();
      };
      suite.server.behaviour = ({ item, attempt }) => {
        const number = Number(item.slice("item-".length));
        // A drip lets the time of all open calls run out, which costs others an attempt as well.
        const trouble = troubles[(number + attempt) % troubles.length]!;
        if (attempt < number % 4 && !(trouble.do === "drip" && attempt > 0)) return trouble;
        return { do: "answer", text: verdictText(number % 2, Number(number % 3 === 0)) };
      };
      const items = itemsOf(60);
      const verdicts = await judge.grade(items, running);
      for (const [index, verdict] of verdicts.entries()) {
        expect(verdict, String(index)).to.include({
          state: "valid",
          predictionScore: index % 2,
          reasoningScore: Number(index % 3 === 0),
        });
      }
    });

    for (const trouble of troubles) {
      const name = trouble.do === "fail" ? `status ${trouble.status}` : trouble.do;
      it(`gives an error, not a score, when all it gets is ${name}`, async () => {
        const { judge, clock } = await makeJudge(suite.server, { retries: 2 });
        suite.server.onDrip = () => {
          clock.passDeadlines();
        };
        suite.server.behaviour = () => trouble;
        const [verdict] = await judge.grade([itemOf("a")], running);
        expect(verdict).to.have.property("state", "error");
        expect(verdict).to.not.have.property("predictionScore");
        expect(suite.server.calls).to.have.length(3);
        expect(clock.sleeps.length).to.equal(2);
      });
    }

    it("gives up after so many failed items in a row, with every verdict told", async () => {
      suite.server.behaviour = ({ item }) =>
        Number(item.slice("item-".length)) < 3
          ? { do: "answer", text: verdictText(1) }
          : { do: "fail", status: 500 };
      const { judge } = await makeJudge(suite.server, { retries: 0, stopAfterErrors: 4, concurrency: 1 });
      const told: [number, Verdict["state"]][] = [];
      const failure = await judge
        .grade(itemsOf(100), running, (index, { state }) => void told.push([index, state]))
        .catch((error: unknown) => error);
      expect(failure).to.have.property("code", "JUDGE_FAILING");
      expect(told).to.deep.equal([
        ...[0, 1, 2].map((index) => [index, "valid"]),
        ...[3, 4, 5, 6].map((index) => [index, "error"]),
      ]);
    });

    it("makes no more calls at a time than it may", async () => {
      const { judge } = await makeJudge(suite.server, { concurrency: 3 });
      const waiting: (() => void)[] = [];
      suite.server.behaviour = async () => {
        // The first calls are let go when as many as may be open have come in.
        if (suite.server.calls.length < 3) await new Promise<void>((resolve) => waiting.push(resolve));
        else for (const go of waiting.splice(0)) go();
        return { do: "answer", text: verdictText(1) };
      };
      await judge.grade(itemsOf(20), running);
      expect(suite.server.mostOpen).to.equal(3);
      expect(suite.server.calls).to.have.length(20);
    });
  });
}

describe("waits between calls", () => {
  const suite = withServer();

  it("grow, and are those that the provider asks for where it does", async () => {
    const answers: readonly Behaviour[] = [
      { do: "fail", status: 500 },
      { do: "fail", status: 500 },
      { do: "fail", status: 500 },
      {
        do: "fail",
        status: 429,
        headers: { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s" },
      },
      { do: "answer", text: verdictText(1) },
    ];
    suite.server.behaviour = ({ attempt }) => answers[attempt]!;
    const { judge, clock } = await openaiJudge(suite.server);
    await judge.grade([itemOf("a")], running);
    expect(clock.sleeps).to.deep.equal([500, 1000, 2000, 62_500]);
  });

  it("are read from the body where Google puts them", async () => {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.QuotaFailure" },
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" },
    ];
    const body = { error: { code: 429, message: "quota", status: "RESOURCE_EXHAUSTED", details } };
    suite.server.behaviour = ({ attempt }) =>
      attempt === 0 ? { do: "fail", status: 429, body } : { do: "answer", text: verdictText(1) };
    const { judge, clock } = await geminiJudge(suite.server);
    await judge.grade([itemOf("a")], running);
    expect(clock.sleeps).to.deep.equal([34_000]);
  });

  it("hold back every call when an answer used up a limit", async () => {
    suite.server.behaviour = ({ number }) => ({
      do: "answer",
      text: verdictText(1),
      headers: {
        "x-ratelimit-remaining-requests": number === 1 ? "0" : "5",
        "x-ratelimit-reset-requests": "6s",
      },
    });
    const { judge, clock } = await openaiJudge(suite.server, { concurrency: 1 });
    await judge.grade(itemsOf(4), running);
    expect(clock.sleeps).to.deep.equal([6000]);
  });

  it("longer than allowed are not waited for", async () => {
    suite.server.behaviour = () => ({ do: "fail", status: 429, headers: { "retry-after": "3600" } });
    const { judge, clock } = await openaiJudge(suite.server, { maximumWait: 60 });
    const [verdict] = await judge.grade([itemOf("a")], running);
    expect(verdict!.state).to.equal("error");
    expect(verdict).to.have.property("detail").that.contains("it asks to wait 3600 s");
    expect(clock.sleeps).to.deep.equal([]);
  });

  it("are not spent on an account without money", async () => {
    const body = { error: { message: "You exceeded your current quota", code: "insufficient_quota" } };
    suite.server.behaviour = () => ({ do: "fail", status: 429, body });
    const { judge } = await openaiJudge(suite.server);
    const failure = await judge.grade(itemsOf(9), running).catch((error: unknown) => error);
    expect(failure).to.have.property("code", "JUDGE_REJECTED");
  });
});
