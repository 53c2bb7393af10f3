import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { VerdictCache } from "../src/verdict-cache.js";
import { verdictText } from "./support/judge-server.js";
import { itemOf, itemsOf, key, openaiJudge, running } from "./support/make-judge.js";
import { withServer, withTemporaryDirectory } from "./support/with-server.js";

describe("the cache of verdicts", () => {
  const suite = withServer();

  it("asks the same once, in one grading, in the next, and from the file", () =>
    withTemporaryDirectory(async (cacheDirectory) => {
      const twice = [itemOf("a"), itemOf("a"), itemOf("b"), itemOf("a")];
      const first = await openaiJudge(suite.server, {}, { cacheDirectory });
      const verdicts = await first.judge.grade(twice, running);
      expect(suite.server.calls).to.have.length(2);
      expect(verdicts.map(({ isCached }) => isCached)).to.deep.equal([false, true, false, true]);
      expect(verdicts[1]).to.include({ state: "valid", cost: 0, inputTokens: null });
      await first.judge.grade(twice, running);
      expect(suite.server.calls).to.have.length(2);

      const files = await readdir(path.join(cacheDirectory, "verdicts"));
      const written = await readFile(path.join(cacheDirectory, "verdicts", files[0]!), "utf8");
      expect(written.trim().split("\n")).to.have.length(2);
      expect(written).to.not.contain(key);

      const reopened = await VerdictCache.open(path.join(cacheDirectory, "verdicts", files[0]!));
      const [record] = written.split("\n");
      expect(reopened.get((JSON.parse(record!) as { key: string }).key)).to.deep.include({
        state: "valid",
        predictionScore: 1,
        model: "gpt-4o-mini-2024-07-18",
        isCached: true,
      });
    }));

  it("asks again what a torn last line held, and refuses a file that something else broke", () =>
    withTemporaryDirectory(async (folder) => {
      const file = path.join(folder, "cache.jsonl");
      const verdict = {
        state: "valid",
        reasoningScore: null,
        predictionScore: 1,
        justification: "same",
      } as const;
      const costs = { model: null, inputTokens: null, outputTokens: null, cost: 0 };
      const cache = await VerdictCache.open(file);
      await cache.add("first", { ...verdict, ...costs });
      await cache.add("second", { ...verdict, ...costs });
      const whole = await readFile(file, "utf8");
      await writeFile(file, whole.slice(0, -20));
      const torn = await VerdictCache.open(file);
      expect([torn.get("first")?.predictionScore, torn.get("second")]).to.deep.equal([1, null]);
      await torn.add("second", { ...verdict, ...costs });
      expect(await readFile(file, "utf8")).to.equal(whole);
      await writeFile(file, `${whole.slice(0, 30)}\n${whole}`);
      const error: unknown = await VerdictCache.open(file).catch((reason: unknown) => reason);
      expect(error).to.include({ code: "JSONL_INVALID" });
      expect((error as Error).message).to.include("cache.jsonl:1");
    }));

  it("keeps answers alone, of one judge, one prompt and temperature 0", () =>
    withTemporaryDirectory(async (cacheDirectory) => {
      suite.server.behaviour = ({ number }) => ({ do: "answer", text: number === 0 ? "?" : verdictText(1) });
      const ask = async (options: object) => {
        const { judge } = await openaiJudge(suite.server, options, { cacheDirectory });
        const [verdict] = await judge.grade([itemOf("a")], running);
        return verdict!.isCached;
      };
      expect(await ask({}), "unparseable").to.equal(false);
      expect(await ask({})).to.equal(false);
      expect(await ask({})).to.equal(true);
      expect(await ask({ concurrency: 9, retries: 1, maximumCost: 3 })).to.equal(true);
      expect(await ask({ model: "gpt-4o" })).to.equal(false);
      expect(await ask({ template: "{answer} {prediction}" })).to.equal(false);
      expect(await ask({ temperature: 1 })).to.equal(false);
      expect(await ask({ temperature: 1 })).to.equal(false);
      expect(await ask({ cache: false })).to.equal(false);
    }));
});

describe("the key", () => {
  const suite = withServer();

  it("is in nothing that is written, even when server and model say it", () =>
    withTemporaryDirectory(async (directory) => {
      const encoded = Buffer.from(key).toString("base64");
      suite.server.behaviour = ({ item }) => {
        if (item === "item-0") return { do: "answer", text: verdictText(1).replace("Compared", key) };
        if (item === "item-1") return { do: "answer", text: `no JSON but ${key} and ${encoded}` };
        if (item === "item-2") return { do: "refuse", reason: `not with ${encodeURIComponent(key)}` };
        return { do: "fail", status: 400, body: { error: { message: `bad ${key}` } } };
      };
      const folders = { cacheDirectory: directory, recordDirectory: directory };
      const { judge } = await openaiJudge(suite.server, {}, folders);
      const verdicts = await judge.grade(itemsOf(4), running);
      expect(verdicts.map(({ state }) => state)).to.deep.equal(["valid", "unparseable", "refused", "error"]);
      let written = JSON.stringify(verdicts) + JSON.stringify(judge.fingerprint);
      for (const file of await readdir(directory, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) written += await readFile(path.join(file.parentPath, file.name), "utf8");
      }
      for (const form of [key, encoded, encodeURIComponent(key)]) expect(written).to.not.contain(form);
      expect(written).to.contain("[key]");
    }));

  it("is not logged when the environment asks the client for its log", async () => {
    process.env["OPENAI_LOG"] = "debug";
    const logged: string[] = [];
    const methods = ["log", "debug", "info", "warn", "error"] as const;
    const originals = methods.map((method): unknown => Reflect.get(console, method));
    for (const method of methods)
      console[method] = (...parts: unknown[]) => logged.push(JSON.stringify(parts));
    try {
      const { judge } = await openaiJudge(suite.server);
      await judge.grade([itemOf("a")], running);
    } finally {
      for (const [index, method] of methods.entries()) Reflect.set(console, method, originals[index]);
      delete process.env["OPENAI_LOG"];
    }
    expect(suite.server.calls).to.have.length(1);
    expect(logged).to.deep.equal([]);
  });

  it("is missed before anything is asked", async () => {
    const failure = await openaiJudge(suite.server, { keyVariable: "NO_SUCH_KEY" }).catch(
      (error: unknown) => error as Error,
    );
    expect(failure).to.have.property("code", "JUDGE_KEY_MISSING");
    expect((failure as Error).message).to.contain("NO_SUCH_KEY");
  });

  it("goes to the vendor alone unless another endpoint is given one", async () => {
    const before = process.env["OPENAI_API_KEY"];
    process.env["OPENAI_API_KEY"] = "sk-of-the-vendor";
    try {
      const { judge } = await openaiJudge(suite.server, { keyVariable: undefined });
      await judge.grade([itemOf("a")], running);
      expect(JSON.stringify(suite.server.calls[0]!.headers)).to.not.contain("sk-of-the-vendor");
      expect(suite.server.calls[0]!.headers).to.not.have.property("authorization");
    } finally {
      if (before === undefined) delete process.env["OPENAI_API_KEY"];
      else process.env["OPENAI_API_KEY"] = before;
    }
  });
});
