import { expect } from "chai";
import { Bleu, bleuOptions, sentenceBleu } from "../../src/index.js";
import { reference } from "../support/reference.js";

describe("bleu", () => {
  for (const { settings, scores } of reference.bleu) {
    it(`is sacrebleu's sentence BLEU with ${JSON.stringify(settings)}`, () => {
      const options = bleuOptions.parse({
        lowercase: settings.lowercase ?? false,
        maxOrder: settings.max_ngram_order ?? 4,
        smoothing: settings.smooth_method ?? "exp",
      });
      for (const [index, [candidate, text]] of reference.pairs.entries())
        expect(sentenceBleu(candidate, text, options), candidate).to.be.closeTo(scores[index]!, 1e-12);
    });
  }

  it("is sacrebleu's with the tokenizer zh", () => {
    const options = bleuOptions.parse({ lowercase: false, tokenizer: "zh" });
    for (const [index, [candidate, text]] of reference.chinese.entries())
      expect(sentenceBleu(candidate, text, options), candidate).to.be.closeTo(
        reference.bleuChinese[index]!,
        1e-12,
      );
  });

  it("tells its settings in its name", () => {
    expect(new Bleu(bleuOptions.parse({})).name).to.equal("bleu-4:exp_lowercase_13a");
    expect(new Bleu(bleuOptions.parse({ maxOrder: 1, lowercase: false })).name).to.equal(
      "bleu-1:exp_mixed-case_13a",
    );
  });
});
