import { fileURLToPath } from "node:url";
import { readRatings } from "@rarl-sdk/core";
import {
  openSession,
  RatingLog,
  startRatingServer,
  type RatingServer,
  type RatingSession,
} from "@rarl-sdk/human-ratings";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { findBrowser, launchBrowser } from "../support/browser.js";
import { buildPage } from "../support/build-page.js";
import { EvaluationFolders, type TestPrediction } from "../support/evaluation.js";
import { RatingPage } from "../support/rating-page.js";

/** Would run, load or restyle something if any of it were taken for markup. */
const hostile = `</p></script><img src=x onerror="window.hacked=1"><style>*{display:none}</style><b>bold</b>`;

describe("the rating page in a browser", function () {
  let browser: Browser;
  let folders: EvaluationFolders;
  let base: string;
  let tuned: string;
  let session: RatingSession;
  let log: RatingLog;
  let server: RatingServer;
  let rater: RatingPage;

  before(async function () {
    const executable = findBrowser();
    // Without a browser these tests stay pending, and are counted so.
    if (executable === null) this.skip();
    buildPage();
    browser = await launchBrowser(executable);
  });

  after(() => (browser as Browser | undefined)?.close());

  beforeEach(async () => {
    folders = await EvaluationFolders.create();
    // Left half dark, right half bright.
    const image = await folders.image("two-halves.png", 40, 40, (x) => (x < 20 ? 60 : 180));
    const predictions = (system: string): TestPrediction[] =>
      Array.from({ length: 10 }, (_, index) => ({
        id: `sample-${index}`,
        images: [image],
        completion: `<think>${system} thought of ${index}</think><answer>${system} answer ${index}</answer>`,
      }));
    base = await folders.evaluation("base", predictions("first"));
    tuned = await folders.evaluation("tuned", predictions("second"));
    await start([base, tuned]);
  });

  afterEach(async () => {
    await rater.close();
    await server.close();
    await log.close();
    await folders.remove();
  });

  async function start(evaluations: readonly string[]): Promise<void> {
    session = await openSession({ folders: evaluations, seed: 42, limit: null });
    log = await RatingLog.open(session);
    server = await startRatingServer({ session, log, port: 0, rater: null });
    rater = await RatingPage.open(browser, server.address);
  }

  async function restart(evaluations: readonly string[]): Promise<void> {
    await rater.close();
    await server.close();
    await log.close();
    await start(evaluations);
  }

  it("rates 20 items with the keyboard alone, is reloaded in the middle, and loses nothing", async () => {
    const given = new Map<string, readonly [number, number]>();
    await rater.begin("anna");
    for (let index = 0; index < 20; index++) {
      await rater.rated(index);
      if (index === 7) {
        // Half of a rating and a note are there when the page goes.
        await rater.press("0", "n");
        await rater.page.keyboard.type("blurred");
        await rater.press("Escape");
        await rater.page.reload();
        await rater.rated(7);
        expect(await rater.chosen()).to.deep.equal(["reasoning=0"]);
        expect(await rater.page.locator("textarea").inputValue()).to.equal("blurred");
        await rater.press("1", "Enter");
        given.set(await answerOf(index), [0, 1]);
        continue;
      }
      const scores = [index % 2, Number(index % 3 === 0)] as const;
      const answer = await rater.modelAnswer();
      await rater.press(String(scores[0]), String(scores[1]), "Enter");
      given.set(answer, scores);
    }
    await rater.rated(20);
    expect(await rater.page.locator(".done").innerText()).to.contain("All items are rated");

    const written = new Map<string, readonly [number | null, number | null]>();
    for (const { id, prediction } of session.items.values()) {
      const { reasoningScore, predictionScore } = log.of("anna").ratings.get(id)!;
      written.set(prediction.answer!, [reasoningScore, predictionScore]);
    }
    expect(written.size).to.equal(20);
    for (const [answer, scores] of given) expect(written.get(answer), answer).to.deep.equal(scores);
    const notes = [...log.of("anna").ratings.values()].filter(({ note }) => note !== "");
    expect(notes.map(({ note }) => note)).to.deep.equal(["blurred"]);
    for (const folder of [base, tuned]) {
      expect((await readRatings(folder)).get("anna")).to.have.property("size", 10);
    }
    expect(rater.complaints).to.deep.equal([]);

    /** The answer of the item that stood at `position` of this rater's order. */
    function answerOf(position: number): Promise<string> {
      const id = session.orderFor("anna")[position]!;
      return Promise.resolve(session.items.get(id)!.prediction.answer!);
    }
  });

  it("keeps up with somebody who types without waiting", async () => {
    await rater.begin("fast");
    for (let index = 0; index < 20; index++) await rater.press("1", "0", "Enter");
    await rater.rated(20);
    const scores = [...log.of("fast").ratings.values()].map(({ predictionScore }) => predictionScore);
    expect(scores).to.deep.equal(Array.from({ length: 20 }, () => 0));
  });

  it("shows the raters who began, and goes on where each stopped, also after the server has", async () => {
    await rater.begin("anna");
    await rater.press("1", "1", "Enter");
    await rater.rated(1);
    await restart([base, tuned]);
    await rater.page.waitForSelector("#rater");
    expect(await rater.page.locator(".known button").allInnerTexts()).to.deep.equal(["anna: 1 of 20 rated"]);
    await rater.begin("ben");
    await rater.rated(0);
    await restart([base, tuned]);
    await rater.begin("ANNA");
    await rater.rated(1);
    expect(await rater.title()).to.equal("Item 2");
  });

  it("takes ratings back one by one with what was entered, also after a reload", async () => {
    await rater.begin("anna");
    await rater.press("1", "0", "n");
    await rater.page.keyboard.type("unsure");
    await rater.press("Control+Enter");
    await rater.rated(1);
    await rater.press("0", "0", "Enter");
    await rater.rated(2);
    await rater.page.reload();
    await rater.rated(2);
    await rater.press("u");
    await rater.rated(1);
    expect(await rater.chosen()).to.deep.equal(["reasoning=0", "prediction=0"]);
    await rater.press("u");
    await rater.rated(0);
    expect(await rater.title()).to.equal("Item 1");
    expect(await rater.page.locator("textarea").inputValue()).to.equal("unsure");
    expect(log.of("anna").ratings.size).to.equal(0);
    await rater.press("ArrowDown", "1", "Enter");
    await rater.rated(1);
    const [rating] = log.of("anna").ratings.values();
    expect(rating).to.include({ reasoningScore: 1, predictionScore: 1, note: "unsure" });
  });

  it("saves nothing before both scores are there, and skips what cannot be scored", async () => {
    await rater.begin("anna");
    await rater.press("1", "Enter");
    expect(await rater.page.locator(".status").innerText()).to.contain("answer each question");
    expect(log.of("anna").ratings.size).to.equal(0);
    await rater.press("k");
    await rater.rated(1);
    const [rating] = log.of("anna").ratings.values();
    expect(rating).to.include({ state: "skipped", reasoningScore: null, predictionScore: null });
  });

  it("asks for the answer alone where no reasoning was annotated", async () => {
    const plain = await folders.evaluation("plain", [
      { id: "p1", completion: "<think>t</think><answer>a</answer>", reasoning: null },
    ]);
    await restart([plain]);
    await rater.begin("anna");
    expect(await rater.page.locator("fieldset").count()).to.equal(1);
    await rater.press("1", "Enter");
    await rater.rated(1);
    expect(log.of("anna").ratings.get("1")).to.include({ reasoningScore: null, predictionScore: 1 });
  });

  it("shows question, answers and scores one below the other on a phone", async () => {
    await rater.page.setViewportSize({ width: 390, height: 844 });
    await rater.page.waitForSelector("#rater");
    const width = () => rater.evaluate<number>("document.documentElement.scrollWidth");
    expect(await width()).to.equal(390);
    await rater.begin("anna");
    expect(await width()).to.equal(390);
    const bottoms: number[] = [];
    for (const part of [".stage", ".question", ".item-text", "form.rating"]) {
      const box = (await rater.page.locator(part).boundingBox())!;
      expect(box.height, part).to.be.above(20);
      if (part !== ".item-text") expect(box.y, part).to.be.at.least(bottoms.at(-1) ?? 0);
      bottoms.push(box.y + box.height);
    }
    const hidden =
      "document.querySelector('.reading').scrollHeight - document.querySelector('.reading').clientHeight";
    expect(await rater.evaluate<number>(hidden)).to.equal(0);
  });

  it("takes nothing that a model wrote for markup", async () => {
    const evil = await folders.evaluation("evil", [{ id: "e1", completion: hostile, question: hostile }]);
    await restart([evil]);
    await rater.begin("anna");
    expect(await rater.page.locator(".question").innerText()).to.contain("<b>bold</b>");
    expect(await rater.page.locator(".whole p").innerText()).to.contain(hostile.slice(0, 30));
    expect(await rater.evaluate<unknown>("window.hacked")).to.equal(undefined);
    expect(await rater.page.locator("b, .item-text img, .item-text style").count()).to.equal(0);
    expect(rater.complaints).to.deep.equal([]);
  });

  it("shows the image, and zooms, moves, windows and inverts it by keyboard", async () => {
    await rater.begin("anna");
    await rater.page.locator(".readout", { hasText: "40 × 40" }).waitFor();
    expect([await rater.greyAt(0.3, 0.5), await rater.greyAt(0.7, 0.5)]).to.deep.equal([60, 180]);
    await rater.press("i");
    expect([await rater.greyAt(0.3, 0.5), await rater.greyAt(0.7, 0.5)]).to.deep.equal([195, 75]);
    await rater.press("r", "e", "e", "e");
    const [dark, bright] = [await rater.greyAt(0.3, 0.5), await rater.greyAt(0.7, 0.5)];
    expect(dark).to.be.lessThan(60);
    expect(bright).to.be.greaterThan(180);
    await rater.press("r", "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft");
    expect(await rater.greyAt(0.6, 0.5)).to.equal(60);
    await rater.press("f", "+", "+", "+", "+");
    expect(await rater.page.locator(".readout").innerText()).to.not.contain("100 %");
    expect(await rater.greyAt(0.51, 0.05)).to.equal(180);
  });

  it("windows a DICOM image by its own values, in their units", async () => {
    const images = [
      fileURLToPath(new URL("../../../../images/test/fixtures/dicom/ct-explicit.dcm", import.meta.url)),
    ];
    const scan = await folders.evaluation("scan", [{ id: "d1", completion: "a clear lung", images }]);
    await restart([scan]);
    await rater.begin("anna");
    await rater.page.locator(".readout", { hasText: "W 400  L 40" }).waitFor();
    // Sample (5, 13) of pydicom's pixels is white; by a wider window it is grey.
    expect(await rater.greyAt(0.96, 0.55)).to.equal(255);
    await rater.press(...Array.from({ length: 18 }, () => "w"));
    expect(await rater.greyAt(0.96, 0.55)).to.be.within(100, 250);
  });

  it("goes through several images, by key and by button", async () => {
    const images = [
      await folders.image("first.png", 10, 10, () => 100),
      await folders.image("second.png", 12, 10, () => 200),
    ];
    const pair = await folders.evaluation("pair", [{ id: "m1", completion: "two images", images }]);
    await restart([pair]);
    await rater.begin("anna");
    await rater.page.locator(".readout", { hasText: "10 × 10" }).waitFor();
    await rater.press("x");
    await rater.page.locator(".readout", { hasText: "12 × 10" }).waitFor();
    expect(await rater.greyAt(0.5, 0.5)).to.equal(200);
    expect(await rater.page.locator(".viewer-message").innerText()).to.equal("Image 2 of 2");
    await rater.page.getByRole("button", { name: "Next image" }).click();
    await rater.page.locator(".readout", { hasText: "10 × 10" }).waitFor();
  });

  it("says that an image cannot be shown, and rating goes on", async () => {
    const lost = await folders.evaluation("lost", [
      { id: "l1", completion: "<think>t</think><answer>a</answer>", images: ["/nowhere/patient-name.png"] },
    ]);
    await restart([lost]);
    await rater.begin("anna");
    await rater.page.locator(".viewer-message", { hasText: "cannot be shown" }).waitFor();
    expect(await rater.page.content()).to.not.contain("patient-name");
    await rater.press("1", "1", "Enter");
    await rater.rated(1);
  });

  it("keeps what was entered when the server is gone, and says so", async () => {
    await rater.begin("anna");
    await server.close();
    await rater.press("1", "0", "Enter");
    await rater.page.locator("[role=alert]", { hasText: "Not saved" }).waitFor();
    expect(await rater.count()).to.equal("0 of 20 rated");
    expect(await rater.chosen()).to.deep.equal(["reasoning=1", "prediction=0"]);
  });

  it("tells the browser nothing of systems and asks nobody else for anything", async () => {
    await rater.begin("anna");
    await rater.press("1", "1", "Enter");
    await rater.rated(1);
    expect(await rater.page.content()).to.not.match(/sample-\d|two-halves|\bbase\b|\btuned\b/);
    const origins = new Set(rater.requested.map((address) => new URL(address).origin));
    expect([...origins]).to.deep.equal([`http://127.0.0.1:${server.port}`]);
    expect(rater.page.url()).to.equal(`http://127.0.0.1:${server.port}/`);
    expect(await rater.evaluate<string>("document.cookie")).to.equal("");
  });

  it("gives every control a name, and shows all keys", async () => {
    await rater.begin("anna");
    await rater.press("?");
    await rater.page.locator("dialog[open]").waitFor();
    await rater.press("1", "Escape");
    expect(await rater.chosen()).to.deep.equal([]);
    const names = await rater.page.locator("body").ariaSnapshot();
    expect(names).to.contain('group "Reasoning"').and.contain('radio "Similar"');
    expect(names).to.contain("progressbar").and.contain('textbox "Note"');
    for (const line of names.split("\n"))
      expect(line).to.not.match(/- (button|radio|textbox|checkbox)( \[.*\])?:?$/);
  });

  it("works by the focus alone when keys of one character are off", async () => {
    await rater.begin("anna");
    await rater.press("?", "Shift+Tab", "Space", "Escape", "1");
    expect(await rater.chosen()).to.deep.equal([]);
    while ((await rater.evaluate("document.activeElement.name")) !== "reasoning") await rater.press("Tab");
    await rater.press("Space", "Tab", "Space", "ArrowRight");
    expect(await rater.chosen()).to.deep.equal(["reasoning=1", "prediction=0"]);
    await rater.press("Enter");
    await rater.rated(1);
  });
});
