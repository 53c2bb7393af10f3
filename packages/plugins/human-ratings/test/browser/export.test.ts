import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import {
  exportPage,
  importRatings,
  openSession,
  RatingLog,
  readHandedIn,
  type RatingSession,
} from "@rarl-sdk/human-ratings";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { findBrowser, launchBrowser } from "../support/browser.js";
import { buildPage } from "../support/build-page.js";
import { EvaluationFolders } from "../support/evaluation.js";
import { expectError } from "../support/expect-error.js";
import { RatingPage } from "../support/rating-page.js";

const breakout = `</script><script>window.hacked=1</script><!-- <answer>x</answer>`;

describe("the exported file in a browser", function () {
  let browser: Browser;
  let folders: EvaluationFolders;
  let evaluations: readonly string[];
  let session: RatingSession;
  let file: string;
  let rater: RatingPage;

  before(async function () {
    const executable = findBrowser();
    if (executable === null) this.skip();
    buildPage();
    browser = await launchBrowser(executable);
  });

  after(() => (browser as Browser | undefined)?.close());

  beforeEach(async () => {
    folders = await EvaluationFolders.create();
    const image = await folders.image("bright.png", 30, 30, () => 150);
    const predictions = (system: string) =>
      Array.from({ length: 3 }, (_, index) => ({
        id: `sample-${index}`,
        images: [image],
        completion: index === 0 ? breakout : `<think>t</think><answer>${system} ${index}</answer>`,
      }));
    evaluations = [
      await folders.evaluation("base", predictions("first")),
      await folders.evaluation("tuned", predictions("second")),
    ];
    session = await openSession({ folders: evaluations, seed: 5, limit: null });
    file = folders.path("rate.html");
    await exportPage({ session, file, rater: null });
    rater = await RatingPage.open(browser, pathToFileURL(file).href);
  });

  afterEach(async () => {
    await rater.close();
    await folders.remove();
  });

  /** What the browser saves when the rater presses the button. */
  async function save(): Promise<string> {
    const download = rater.page.waitForEvent("download");
    await rater.page.locator("button", { hasText: "Save ratings" }).press("Enter");
    const target = folders.path((await download).suggestedFilename());
    await (await download).saveAs(target);
    return target;
  }

  it("works from a disk, and what it saves is read back as if it had been rated here", async () => {
    await rater.begin("anna");
    for (let index = 0; index < 3; index++) await rater.press("1", String(index % 2), "Enter");
    await rater.rated(3);
    await rater.page.reload();
    await rater.rated(3);
    await rater.press("k", "1", "1", "n");
    await rater.page.keyboard.type("late");
    await rater.press("Control+Enter", "0", "0", "Enter");
    await rater.rated(6);
    const saved = await save();
    expect(saved).to.match(/ratings-anna\.json$/);

    const log = await RatingLog.open(session);
    const handedIn = await readHandedIn(saved);
    expect(await importRatings(handedIn, session, log)).to.include({ rater: "anna", taken: 6, known: 0 });
    expect(await importRatings(handedIn, session, log)).to.include({ taken: 0, known: 6 });
    await log.close();
    const { ratings } = (await RatingLog.open(session)).of("anna");
    const inOrder = session.orderFor("").map((id) => ratings.get(id)!);
    expect(
      inOrder.map(({ state, reasoningScore, predictionScore, note }) => [
        state,
        reasoningScore,
        predictionScore,
        note,
      ]),
    ).to.deep.equal([
      ["rated", 1, 0, ""],
      ["rated", 1, 1, ""],
      ["rated", 1, 0, ""],
      ["skipped", null, null, ""],
      ["rated", 1, 1, "late"],
      ["rated", 0, 0, ""],
    ]);
    expect(rater.complaints).to.deep.equal([]);
  });

  it("shows images, asks nobody for anything and is not broken out of", async () => {
    await rater.begin("anna");
    await rater.page.locator(".readout", { hasText: "30 × 30" }).waitFor();
    expect(await rater.greyAt(0.5, 0.5)).to.equal(150);
    for (let index = 0; index < 6; index++) await rater.press("1", "1", "Enter");
    await rater.rated(6);
    expect(await rater.evaluate<unknown>("window.hacked")).to.equal(undefined);
    expect(
      rater.requested.filter((address) => !address.startsWith("file:") && !address.startsWith("blob:")),
    ).to.deep.equal([]);
    expect(await readFile(file, "utf8")).to.not.match(/sample-\d|bright\.png|base"|tuned/);
  });

  it("goes on from a saved file on another computer", async () => {
    await rater.begin("anna");
    await rater.press("1", "1", "Enter");
    await rater.rated(1);
    const saved = await save();
    await rater.close();
    rater = await RatingPage.open(browser, pathToFileURL(file).href);
    await rater.page.waitForSelector("#rater");
    await rater.page.locator("input[type=file]").setInputFiles(saved);
    await rater.rated(1);
    await rater.press("0", "0", "Enter");
    await rater.rated(2);
    const log = await RatingLog.open(session);
    await importRatings(await readHandedIn(saved), session, log);
    const again = await importRatings(await readHandedIn(await save()), session, log);
    await log.close();
    expect(again).to.include({ taken: 1, known: 1 });
  });

  it("is read back against the same predictions only, and only whole", async () => {
    await rater.begin("anna");
    await rater.press("1", "1", "Enter");
    await rater.rated(1);
    const saved = await save();
    const other = await openSession({ folders: [evaluations[0]!], seed: 5, limit: null });
    const log = await RatingLog.open(other);
    await expectError("RATINGS_OF_OTHER_PREDICTIONS", async () =>
      importRatings(await readHandedIn(saved), other, log),
    );
    expect(log.all.size).to.equal(0);

    const text = await readFile(saved, "utf8");
    await writeFile(saved, text.slice(0, -40));
    await expectError("RATINGS_FILE_INVALID", () => readHandedIn(saved));
    await writeFile(saved, text.replace('"predictionScore": 1', '"predictionScore": 7'));
    await expectError("RATINGS_FILE_INVALID", () => readHandedIn(saved));
    await writeFile(saved, text.replace('"rater": "anna"', '"rater": "../anna"'));
    await expectError("RATER_NAME_INVALID", () => readHandedIn(saved));
    await log.close();
  });
});
