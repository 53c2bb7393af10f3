import { expect } from "chai";
import type { Rating } from "../../src/page/protocol.js";
import { RatingHistory } from "../../src/page/rating-history.js";

function rating(item: string, predictionScore: 0 | 1 = 1): Rating {
  const ratedAt = "2026-01-01T00:00:00.000Z";
  return { item, state: "rated", reasoningScore: null, predictionScore, note: "", seconds: 1, ratedAt };
}

describe("a rater's history", () => {
  it("undoes the rating given last, whichever item it was of", () => {
    const history = new RatingHistory([rating("a"), rating("b"), rating("a", 0)]);
    expect(history.size).to.equal(2);
    expect(history.latest).to.include({ item: "a", predictionScore: 0 });
    history.withdraw("a");
    expect(history.latest?.item).to.equal("b");
    history.withdraw("b");
    expect(history.latest).to.equal(undefined);
  });

  it("goes on with the next item without a rating, and past the end from the beginning", () => {
    const order = ["a", "b", "c"];
    const history = new RatingHistory([rating("b")]);
    expect(history.nextUnrated(order, null)).to.equal("a");
    expect(history.nextUnrated(order, "a")).to.equal("c");
    expect(history.nextUnrated(order, "c")).to.equal("a");
    history.put(rating("a"));
    history.put(rating("c"));
    expect(history.nextUnrated(order, "c")).to.equal(null);
  });
});
