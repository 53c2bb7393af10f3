import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishedBaseline, publishedLayer, readBaseline } from "../../src/index.js";
import { rescale } from "../../src/score/baseline.js";
import { EmbeddingCache } from "../../src/score/embedding-cache.js";
import { batchesByLength } from "../../src/score/encode-sentences.js";
import { idfWeights, uniformWeights } from "../../src/score/idf.js";
import { measureName } from "../../src/score/measure-name.js";
import { writeText } from "../support/encoder-copy.js";
import { expectError } from "../support/expect-error.js";
import { fixture } from "../support/reference.js";

describe("token weights", () => {
  it("are 0 for the special tokens and 1 for the others without idf", () => {
    const weights = uniformWeights([2, 3]);
    expect([2, 7, 3].map((id) => weights.weightOf(id))).to.deep.equal([0, 1, 0]);
  });

  it("are ln((M + 1) / (df + 1)) with idf, a token counted once a sentence", () => {
    const weights = idfWeights([
      [0, 5, 5, 1],
      [0, 6, 1],
      [0, 6, 1],
    ]);
    expect([0, 5, 6, 9].map((id) => weights.weightOf(id))).to.deep.equal([
      Math.log(4 / 4),
      Math.log(4 / 2),
      Math.log(4 / 3),
      Math.log(4 / 1),
    ]);
  });
});

describe("baselines", () => {
  it("of published encoders are known at their published layer only", () => {
    expect(publishedLayer("roberta-large")).to.equal(17);
    expect(publishedLayer("constructor")).to.equal(undefined);
    expect(publishedBaseline("roberta-large", 17)).to.deep.equal({
      precision: 0.83150584,
      recall: 0.8314941,
      f1: 0.83122575,
    });
    expect(publishedBaseline("roberta-large", 16)).to.equal(undefined);
  });

  it("are read from the line of their layer", () => {
    expect(readBaseline(fixture("baseline.tsv"), 3)).to.deep.equal({
      precision: 0.4,
      recall: 0.42,
      f1: 0.41,
    });
  });

  it("rescale each measure on its own, below 0 for less", () => {
    const score = { precision: 1, recall: 0.6, f1: 0.1 };
    const rescaled = rescale(score, { precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(rescaled.precision).to.equal(1);
    expect(rescaled.recall).to.be.closeTo(0.2, 1e-12);
    expect(rescaled.f1).to.be.closeTo(-0.8, 1e-12);
  });

  const damages: readonly [string, string][] = [
    ["LAYER\tP\tR\tF\n2,0.1,0.1,0.1", "its first line"],
    ["", "its first line"],
    ["LAYER,P,R,F\n1,0.1,0.1,0.1\n", "no line for layer 2"],
    ["LAYER,P,R,F\n2,0.1,0.1\n", "not three numbers"],
    ["LAYER,P,R,F\n2,0.1,,0.1\n", "not three numbers"],
    ["LAYER,P,R,F\n2,0.1,x,0.1\n", "not three numbers"],
    ["LAYER,P,R,F\n2,0.1,1,0.1\n", "not three numbers below 1"],
  ];
  for (const [text, problem] of damages) {
    it(`refuses ${JSON.stringify(text)}`, async () => {
      const directory = await mkdtemp(join(tmpdir(), "rarl-baseline-"));
      try {
        const file = await writeText(directory, "baseline.tsv", text);
        const error = await expectError("BASELINE_INVALID", () => readBaseline(file, 2));
        expect(error.message).to.contain(problem).and.contain(file);
      } finally {
        await rm(directory, { recursive: true });
      }
    });
  }

  it("refuses a file that is not there", async () => {
    const error = await expectError("BASELINE_INVALID", () => readBaseline("no-such.tsv", 2));
    expect(error.message).to.contain("does not exist");
  });
});

describe("batches of sentences", () => {
  const sentences = (...lengths: number[]) => lengths.map((length) => Array.from({ length }, () => 0));

  it("go from the longest to the shortest within the budget of tokens", () => {
    expect(batchesByLength(sentences(2, 9, 4, 4, 30, 2), 10)).to.deep.equal([[4], [1], [2, 3, 0], [5]]);
    expect(batchesByLength([], 10)).to.deep.equal([]);
  });
});

describe("the cache of encoded references", () => {
  const sentence = (floats: number) => ({ ids: [1, 2], embeddings: new Float32Array(floats) });

  it("drops the least recently used beyond its size in bytes", () => {
    const cache = new EmbeddingCache(4 * 10);
    cache.set("a", sentence(4));
    cache.set("b", sentence(4));
    expect(cache.get("a")).to.not.equal(undefined);
    cache.set("c", sentence(4));
    expect(["a", "b", "c"].map((text) => cache.get(text) !== undefined)).to.deep.equal([true, false, true]);
    cache.set("a", sentence(6));
    expect(cache.size).to.equal(2);
  });

  it("keeps nothing that is larger than itself", () => {
    const cache = new EmbeddingCache(4 * 10);
    cache.set("a", sentence(4));
    cache.set("b", sentence(11));
    expect(cache.size).to.equal(1);
    expect(new EmbeddingCache(0).get("a")).to.equal(undefined);
  });
});

describe("the name of the measure", () => {
  it("tells every setting that scores depend on", () => {
    const settings = {
      encoderName: "roberta-large",
      layer: 17,
      idfDigest: null,
      rescaled: "published",
    } as const;
    expect(measureName(settings)).to.equal("roberta-large_L17_no-idf_rescaled");
    expect(measureName({ ...settings, rescaled: "no" })).to.equal("roberta-large_L17_no-idf");
    expect(measureName({ ...settings, idfDigest: "0123456789abcdef", rescaled: "custom" })).to.equal(
      "roberta-large_L17_idf-01234567_custom-rescaled",
    );
  });
});
