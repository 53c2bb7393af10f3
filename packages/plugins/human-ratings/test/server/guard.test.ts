import { openSession, RatingLog, startRatingServer, type RatingServer } from "@rarl-sdk/human-ratings";
import { expect } from "chai";
import { ask, type Asked } from "../support/ask.js";
import { buildPage } from "../support/build-page.js";
import { EvaluationFolders } from "../support/evaluation.js";

describe("who may talk to the rating server", () => {
  let folders: EvaluationFolders;
  let log: RatingLog;
  let server: RatingServer;
  let cookie: string;

  before(async () => {
    buildPage();
    folders = await EvaluationFolders.create();
    const base = await folders.evaluation("base", [
      { id: "s1", completion: "<think>a</think><answer>b</answer>" },
    ]);
    const session = await openSession({ folders: [base], seed: 1, limit: null });
    log = await RatingLog.open(session);
    server = await startRatingServer({ session, log, port: 0, rater: null });
    const { search } = new URL(server.address);
    const entered = await ask(server.port, { path: `/${search}` });
    cookie = String(entered.headers["set-cookie"]).split(";")[0]!;
  });

  after(async () => {
    await server.close();
    await log.close();
    await folders.remove();
  });

  const send = (asked: Asked) => ask(server.port, { ...asked, headers: { cookie, ...asked.headers } });
  const rating = JSON.stringify({
    rater: "anna",
    item: "1",
    state: "rated",
    reasoningScore: 1,
    predictionScore: 1,
    note: "",
    seconds: 1,
  });
  const post = (headers: Readonly<Record<string, string>>, body = rating) =>
    send({
      method: "POST",
      path: "/api/ratings",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  const own = () => `http://127.0.0.1:${server.port}`;

  it("listens on the loopback interface alone", () => {
    expect(new URL(server.address).hostname).to.equal("127.0.0.1");
  });

  it("turns the token into a cookie that scripts cannot read and other sites cannot send", async () => {
    const { search } = new URL(server.address);
    const { status, headers, body } = await ask(server.port, { path: `/${search}` });
    expect(status).to.equal(200);
    expect(String(headers["set-cookie"])).to.match(
      /^rarl_rate_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
    expect(body).to.contain('http-equiv="refresh"').and.not.contain(search.slice("?token=".length));
  });

  it("refuses everything without token or cookie", async () => {
    for (const path of [
      "/",
      "/page.js",
      "/api/session",
      "/api/items/1",
      "/api/images/1",
      "/?token=",
      "/?token=x",
    ]) {
      expect(await ask(server.port, { path }), path).to.have.property("status", 401);
    }
    const forged = { cookie: `rarl_rate_${server.port}=${"A".repeat(43)}` };
    expect(await ask(server.port, { path: "/api/session", headers: forged })).to.have.property("status", 401);
    const { search } = new URL(server.address);
    const post = { method: "POST", headers: { origin: own() } };
    expect(await ask(server.port, { path: `/api/ratings${search}`, ...post })).to.have.property(
      "status",
      401,
    );
  });

  it("refuses a foreign Host, which is how a page gets here by DNS rebinding", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${server.port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `[::1]:${server.port}`,
    ]) {
      expect(await send({ path: "/api/session", headers: { host } }), host).to.have.property("status", 421);
    }
    const { search } = new URL(server.address);
    expect(
      await ask(server.port, { path: `/${search}`, headers: { host: "evil.example" } }),
    ).to.have.property("status", 421);
    const local = { host: `localhost:${server.port}` };
    expect(await send({ path: "/api/session", headers: local })).to.have.property("status", 200);
  });

  it("refuses a foreign Origin, also of another port of this machine, and writing without one", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      "http://127.0.0.1:1",
      `https://127.0.0.1:${server.port}`,
    ]) {
      expect(await post({ origin }), origin).to.have.property("status", 403);
      expect(await send({ path: "/api/session", headers: { origin } }), origin).to.have.property(
        "status",
        403,
      );
    }
    expect(await post({})).to.have.property("status", 403);
    expect(log.all.size).to.equal(0);
  });

  it("refuses what the browser says was asked by another page", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const headers = { "sec-fetch-site": site, "sec-fetch-mode": "no-cors" };
      expect(await send({ path: "/api/images/1", headers })).to.have.property("status", 403);
    }
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(await send({ path: "/", headers: link })).to.have.property("status", 200);
  });

  it("lets no other page embed it and no foreign script run", async () => {
    const { headers } = await send({});
    expect(headers).to.include({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
    expect(headers["access-control-allow-origin"]).to.equal(undefined);
    const policy = String(headers["content-security-policy"]);
    expect(policy).to.contain("default-src 'none'").and.contain("script-src 'self'");
    expect(policy).to.not.contain("unsafe");
  });

  it("takes only whole decisions on items that exist", async () => {
    const origin = own();
    const change = (fields: object) => JSON.stringify({ ...(JSON.parse(rating) as object), ...fields });
    const wrong: readonly string[] = [
      "{",
      "[]",
      change({ item: "2" }),
      change({ item: "../1" }),
      change({ rater: "../../x" }),
      change({ predictionScore: 2 }),
      change({ predictionScore: null }),
      change({ reasoningScore: null }),
      change({ state: "skipped" }),
      change({ note: "x".repeat(4001) }),
    ];
    for (const body of wrong) {
      const { status } = await post({ origin }, body);
      expect(status, body.slice(0, 80)).to.be.oneOf([400, 404]);
    }
    expect(await post({ origin }, change({ note: "x".repeat(70_000) }))).to.have.property("status", 413);
    expect(await post({ origin, "content-type": "text/plain" })).to.have.property("status", 415);
    expect(log.all.size).to.equal(0);
    expect(await post({ origin })).to.have.property("status", 200);
    expect(log.of("anna").ratings.get("1")).to.include({ reasoningScore: 1, predictionScore: 1 });
  });

  it("tells a rater nothing of systems, samples and files", async () => {
    const { body } = await send({ path: "/api/items/1" });
    expect(body).to.not.match(/base|s1|jsonl|sha256|strict/);
    expect(JSON.parse(body)).to.have.keys("id", "images", "question", "choices", "reference", "prediction");
  });

  it("has nothing else", async () => {
    for (const path of [
      "/api/items/9",
      "/api/images/9",
      "/../package.json",
      "/api/items/..%2f1",
      "/favicon.ico",
    ]) {
      expect(await send({ path }), path).to.have.property("status", 404);
    }
    expect(await send({ method: "DELETE", headers: { origin: own() } })).to.have.property("status", 404);
  });
});
