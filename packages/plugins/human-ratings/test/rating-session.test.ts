import { expect } from "chai";
import { openSession, type RatingSession } from "@rarl-sdk/human-ratings";
import { expectError } from "./support/expect-error.js";
import { EvaluationFolders } from "./support/evaluation.js";

const ids = ["s1", "s2", "s3", "s4", "s5", "s6"];

describe("a rating session", () => {
  let folders: EvaluationFolders;
  let base: string;
  let tuned: string;

  before(async () => {
    folders = await EvaluationFolders.create();
    base = await folders.evaluation(
      "base",
      ids.map((id) => ({ id, completion: `base ${id}` })),
    );
    tuned = await folders.evaluation(
      "tuned",
      ids.map((id) => ({ id, completion: `tuned ${id}` })),
    );
  });

  after(() => folders.remove());

  it("holds every prediction of every system once, under numbers alone", async () => {
    const { items } = await openSession({ folders: [base, tuned], seed: 1, limit: null });
    expect([...items.keys()]).to.deep.equal(Array.from({ length: 12 }, (_, index) => String(index + 1)));
    const completions = [...items.values()].map(({ prediction }) => prediction.completion);
    expect(completions.sort()).to.deep.equal(ids.flatMap((id) => [`base ${id}`, `tuned ${id}`]).sort());
  });

  it("mixes the systems, by the seed and by nothing else", async () => {
    const first = systems(await openSession({ folders: [base, tuned], seed: 1, limit: null }));
    const again = systems(await openSession({ folders: [base, tuned], seed: 1, limit: null }));
    const other = systems(await openSession({ folders: [base, tuned], seed: 2, limit: null }));
    expect(again).to.deep.equal(first);
    expect(other).to.not.deep.equal(first);
    const half = first.slice(0, 6);
    expect(half).to.include("base").and.to.include("tuned");
  });

  it("is the same whichever folder is named first", async () => {
    const one = await openSession({ folders: [base, tuned], seed: 1, limit: null });
    const two = await openSession({ folders: [tuned, base], seed: 1, limit: null });
    expect(two.id).to.equal(one.id);
    expect(systems(two)).to.deep.equal(systems(one));
  });

  it("gives every rater an order of their own, the same every time", async () => {
    const session = await openSession({ folders: [base, tuned], seed: 1, limit: null });
    expect(session.orderFor("anna")).to.deep.equal(session.orderFor("Anna"));
    expect(session.orderFor("anna")).to.not.deep.equal(session.orderFor("ben"));
    expect([...session.orderFor("anna")].sort()).to.deep.equal([...session.items.keys()].sort());
  });

  it("takes the same samples of every system when there is a limit", async () => {
    const { items } = await openSession({ folders: [base, tuned], seed: 1, limit: 2 });
    const samples = [...items.values()].map(({ prediction }) => prediction.sample.id);
    expect(samples).to.have.length(4);
    expect(new Set(samples)).to.have.property("size", 2);
  });

  it("is another one when a prediction has changed", async () => {
    const before = await openSession({ folders: [base], seed: 1, limit: null });
    const changed = await folders.evaluation(
      "changed",
      ids.map((id) => ({ id, completion: `Base ${id}` })),
    );
    const after = await openSession({ folders: [changed], seed: 1, limit: null });
    expect(after.id).to.not.equal(before.id);
  });

  it("says so when there is nothing to rate", async () => {
    const empty = await folders.evaluation("empty", []);
    await expectError("DATA_EMPTY", () => openSession({ folders: [empty], seed: 1, limit: null }));
    await expectError("EVALUATION_NOT_FOUND", () =>
      openSession({ folders: [folders.path("nowhere")], seed: 1, limit: null }),
    );
  });
});

function systems({ items }: RatingSession): string[] {
  return [...items.values()].map(({ prediction }) => prediction.completion.split(" ")[0]!);
}
