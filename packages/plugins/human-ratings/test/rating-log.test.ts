import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRatings } from "@rarl-sdk/core";
import { openSession, RatingLog, type Decision, type RatingSession } from "@rarl-sdk/human-ratings";
import { expect } from "chai";
import { EvaluationFolders } from "./support/evaluation.js";
import { expectError } from "./support/expect-error.js";

describe("the rating log", () => {
  let folders: EvaluationFolders;
  let base: string;
  let tuned: string;
  let session: RatingSession;
  let log: RatingLog;

  beforeEach(async () => {
    folders = await EvaluationFolders.create();
    base = await folders.evaluation("base", [
      { id: "s1", completion: "base 1" },
      { id: "s2", completion: "base 2" },
    ]);
    tuned = await folders.evaluation("tuned", [{ id: "s1", completion: "tuned 1" }]);
    session = await openSession({ folders: [base, tuned], seed: 3, limit: null });
    log = await RatingLog.open(session, () => new Date("2026-01-01T00:00:00Z"));
  });

  afterEach(async () => {
    await log.close();
    await folders.remove();
  });

  const itemOf = (completion: string): string =>
    [...session.items.values()].find(({ prediction }) => prediction.completion === completion)!.id;
  const decide = (completion: string, changes: Partial<Decision> = {}): Decision => ({
    item: itemOf(completion),
    state: "rated",
    reasoningScore: 1,
    predictionScore: 0,
    note: "",
    seconds: 2,
    ...changes,
  });
  const lines = async (folder: string, rater: string): Promise<unknown[]> =>
    (await readFile(join(folder, `ratings-${rater}.jsonl`), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);

  it("puts each rating into the folder of the system it is about", async () => {
    await log.put("anna", decide("base 1", { note: "blurred" }));
    await log.put("anna", decide("tuned 1", { reasoningScore: 0, predictionScore: 1 }));
    const [first] = await lines(base, "anna");
    expect(first).to.include({
      sampleId: "s1",
      rater: "anna",
      state: "rated",
      reasoningScore: 1,
      predictionScore: 0,
      note: "blurred",
    });
    const inTuned = (await readRatings(tuned)).get("anna")!;
    expect(inTuned.get("s1")).to.include({ reasoningScore: 0, predictionScore: 1 });
  });

  it("goes on where a rater stopped, with the order in which ratings were given", async () => {
    await log.put("anna", decide("tuned 1"));
    await log.put("anna", decide("base 2"));
    await log.put("anna", decide("base 1"));
    await log.put("anna", decide("tuned 1", { predictionScore: 1 }));
    const { ratings } = (await RatingLog.open(session)).of("Anna");
    expect([...ratings.keys()]).to.deep.equal(["base 2", "base 1", "tuned 1"].map(itemOf));
    expect(ratings.get(itemOf("tuned 1"))).to.include({ predictionScore: 1, seconds: 2 });
  });

  it("appends when a rating is taken back, and nobody counts it then", async () => {
    await log.put("anna", decide("base 1"));
    await log.withdraw("anna", itemOf("base 1"));
    expect(await lines(base, "anna")).to.have.length(2);
    expect((await readRatings(base)).get("anna")!.size).to.equal(0);
    expect((await RatingLog.open(session)).of("anna").ratings.size).to.equal(0);
  });

  it("keeps raters apart, and knows a name in either case", async () => {
    await log.put("Anna", decide("base 1"));
    await log.put("anna", decide("base 2"));
    await log.put("ben", decide("base 1"));
    expect([...(await readRatings(base)).keys()].sort()).to.deep.equal(["Anna", "ben"]);
    expect(log.of("ANNA")).to.have.property("rater", "Anna");
  });

  it("loses only the torn line of a killed process", async () => {
    await log.put("anna", decide("base 1"));
    await log.close();
    await appendFile(join(base, "ratings-anna.jsonl"), '{"sampleId":"s2","compl');
    const again = await RatingLog.open(session);
    expect([...again.of("anna").ratings.keys()]).to.deep.equal([itemOf("base 1")]);
    await again.put("anna", decide("base 2"));
    await again.close();
    expect(await lines(base, "anna")).to.have.length(2);
  });

  it("does not take a rating of another completion for one of this", async () => {
    await log.put("anna", decide("base 1"));
    await folders.evaluation("base", [
      { id: "s1", completion: "base 1, generated again" },
      { id: "s2", completion: "base 2" },
    ]);
    session = await openSession({ folders: [base, tuned], seed: 3, limit: null });
    expect((await RatingLog.open(session)).of("anna").ratings.size).to.equal(0);
  });

  it("acknowledges nothing that could not be written, and goes on afterwards", async () => {
    const file = join(base, "ratings-anna.jsonl");
    await mkdir(file);
    await expectError("OUTPUT_NOT_WRITABLE", () => log.put("anna", decide("base 1")));
    expect(log.of("anna").ratings.size).to.equal(0);
    await rm(file, { recursive: true });
    await log.put("anna", decide("base 1"));
    expect(await lines(base, "anna")).to.have.length(1);
  });

  it("refuses names that could leave the folder", async () => {
    for (const name of ["", "../x", "a/b", "a.b", "-x", "a".repeat(41), "a\nb"]) {
      await expectError("RATER_NAME_INVALID", () => log.put(name, decide("base 1")));
    }
    await log.put("Zoë_2", decide("base 1"));
  });

  it("says which line of a file was changed by something else", async () => {
    await writeFile(join(base, "ratings-anna.jsonl"), "not json\n{}\n");
    const error = await expectError("JSONL_INVALID", () => RatingLog.open(session));
    expect(error.message).to.contain("ratings-anna.jsonl:1");
  });
});
