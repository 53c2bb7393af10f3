import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openSession, RatingLog, startRatingServer, type RatingServer } from "@rarl-sdk/human-ratings";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { findBrowser, foreignName, launchBrowser } from "../support/browser.js";
import { buildPage } from "../support/build-page.js";
import { EvaluationFolders } from "../support/evaluation.js";
import { RatingPage } from "../support/rating-page.js";

/** Pages of others in the browser that has the cookie: all that they try must fail. */
describe("a foreign page in the rater's browser", function () {
  let browser: Browser;
  let folders: EvaluationFolders;
  let log: RatingLog;
  let server: RatingServer;
  let rater: RatingPage;
  let foreign: Server;

  before(async function () {
    const executable = findBrowser();
    if (executable === null) this.skip();
    buildPage();
    browser = await launchBrowser(executable);
    folders = await EvaluationFolders.create();
    const images = [await folders.image("grey.png", 8, 8, () => 90)];
    const base = await folders.evaluation("base", [{ id: "s1", completion: "said", images }]);
    const session = await openSession({ folders: [base], seed: 1, limit: null });
    log = await RatingLog.open(session);
    server = await startRatingServer({ session, log, port: 0, rater: null });
    // The same page, and no policy that would stop it: what is tested is the rating server.
    foreign = createServer((_, response) =>
      response.setHeader("Content-Type", "text/html").end("<!doctype html>"),
    );
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    rater = await RatingPage.open(browser, server.address);
    await rater.begin("anna");
  });

  after(async () => {
    await (rater as RatingPage | undefined)?.close();
    await (browser as Browser | undefined)?.close();
    await (server as RatingServer | undefined)?.close();
    await (log as RatingLog | undefined)?.close();
    (foreign as Server | undefined)?.close();
    await (folders as EvaluationFolders | undefined)?.remove();
  });

  const target = () => `http://127.0.0.1:${server.port}`;
  const rating = JSON.stringify({
    rater: "anna",
    item: "1",
    state: "rated",
    reasoningScore: 1,
    predictionScore: 1,
    note: "forged",
    seconds: 1,
  });

  for (const [name, origin] of [
    ["another port of this machine, which gets the cookie sent along", () => "http://127.0.0.1"],
    ["another site", () => `http://${foreignName}`],
  ] as const) {
    it(`neither reads nor writes from ${name}`, async () => {
      const page = await rater.context.newPage();
      const failures: string[] = [];
      page.on("requestfailed", (request) => failures.push(request.failure()?.errorText ?? ""));
      await page.goto(`${origin()}:${(foreign.address() as AddressInfo).port}/`);
      const outcome = await page.evaluate<unknown>(`(async () => {
        const tell = (promise) => promise.then(() => "done", () => "failed");
        const post = { method: "POST", credentials: "include", body: ${JSON.stringify(rating)} };
        const image = (address) => new Promise((resolve) => {
          const made = new Image();
          made.onload = () => resolve("shown");
          made.onerror = () => resolve("failed");
          made.src = address;
        });
        return {
          read: await tell(fetch("${target()}/api/session", { credentials: "include" })),
          write: await tell(fetch("${target()}/api/ratings", { ...post, headers: { "Content-Type": "application/json" } })),
          simple: await tell(fetch("${target()}/api/ratings", { ...post, mode: "no-cors" })),
          image: await image("${target()}/api/images/1"),
        };
      })()`);
      expect(outcome).to.deep.equal({ read: "failed", write: "failed", simple: "failed", image: "failed" });
      // No answer of the server may be read or embedded; that none was a success is seen in the log.
      const blocked = "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin";
      expect(failures).to.deep.equal(["net::ERR_FAILED", "net::ERR_FAILED", blocked, blocked]);
      expect(log.all.size).to.equal(0);
      await page.close();
    });
  }

  it("gets nothing under its own name after DNS rebinding, not even with the token", async () => {
    const page = await rater.context.newPage();
    const { search } = new URL(server.address);
    for (const path of ["/", `/${search}`, "/api/session"]) {
      const response = await page.goto(`http://${foreignName}:${server.port}${path}`);
      expect(response?.status(), path).to.equal(421);
    }
    await page.close();
  });

  it("cannot frame the page", async () => {
    const page = await rater.context.newPage();
    await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    await page.setContent(`<iframe src="${target()}/"></iframe>`);
    const [, frame] = page.frames();
    await frame?.waitForLoadState().catch(() => undefined);
    expect(await frame?.locator("#page").count()).to.equal(0);
    await page.close();
  });
});
