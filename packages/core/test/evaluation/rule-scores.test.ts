import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { stemWord } from "../../src/evaluation/rules/stem-word.js";
import { ruleScores, type RuleFamily } from "../../src/evaluation/rules/rule-scores.js";
import { sentenceBleu } from "../../src/evaluation/rules/sentence-bleu.js";

interface Pair {
  readonly candidate: string;
  readonly reference: string;
}

/** From reference/rule_scores.py: nltk and LLaVA-Med's script. */
interface Reference {
  readonly bleu: readonly (Pair & { readonly bleu1: number; readonly bleu4: number })[];
  readonly stems: readonly (readonly [string, string])[];
  readonly llavaMed: readonly (Pair & {
    readonly f1: number;
    readonly precision: number;
    readonly recall: number;
    readonly exact: number;
  })[];
}

describe("rule scores", () => {
  let reference: Reference;

  before(async () => {
    const file = new URL("reference/rule-scores.json", import.meta.url);
    reference = JSON.parse(await readFile(file, "utf8")) as Reference;
  });

  const score = (
    family: RuleFamily,
    answer: string,
    wanted: string,
    facts: { kind?: "open" | "closed" | "choice"; meta?: Readonly<Record<string, string>> } = {},
  ) => ruleScores(answer, { answer: wanted, kind: "open", meta: {}, ...facts }, [family]);

  it("compute BLEU as nltk does", () => {
    for (const { candidate, reference: wanted, bleu1, bleu4 } of reference.bleu) {
      const [given, expected] = [candidate.split(" "), wanted.split(" ")];
      expect(sentenceBleu(given, expected, 1), candidate).to.be.closeTo(bleu1, 1e-12);
      expect(sentenceBleu(given, expected), candidate).to.be.closeTo(bleu4, 1e-12);
    }
  });

  it("stem as nltk's Snowball stemmer does", () => {
    for (const [word, stem] of reference.stems) expect(stemWord(word), word).to.equal(stem);
  });

  it("count an open answer's tokens as LLaVA-Med's script does where asked to", () => {
    for (const { candidate, reference: wanted, f1, precision, recall, exact } of reference.llavaMed) {
      const scores = score("llava-med-compat", candidate, wanted);
      expect(scores["llava_med_f1"], candidate).to.be.closeTo(f1, 1e-12);
      expect(scores["llava_med_precision"], candidate).to.be.closeTo(precision, 1e-12);
      expect(scores["llava_med_recall"], candidate).to.be.closeTo(recall, 1e-12);
      expect(scores["llava_med_exact_match"], candidate).to.be.closeTo(exact, 1e-12);
    }
  });

  it("keep LLaVA-Med's quirks of closed answers", () => {
    const closed = (answer: string, wanted: string) =>
      score("llava-med-compat", answer, wanted, { kind: "closed" })["llava_med_closed"];
    expect(closed("yes", "yes")).to.equal(1);
    expect(closed("it looks normal", "no")).to.equal(1);
    // A wrong answer that has a yes or no leaves the denominator, another does not.
    expect(closed("no", "yes")).to.equal(null);
    expect(closed("perhaps", "yes")).to.equal(0);
  });

  it("count a shared token as often as both texts have it", () => {
    expect(score("open-answer", "The left left lung", "left lung")).to.deep.equal({
      token_precision: 2 / 3,
      token_recall: 1,
      token_f1: 0.8,
      bleu_1: 2 / 3,
    });
    expect(score("open-answer", "", "left lung")).to.deep.equal({
      token_precision: 0,
      token_recall: 0,
      token_f1: 0,
      bleu_1: 0,
    });
    const closed = score("open-answer", "yes", "yes", { kind: "closed" });
    expect(Object.values(closed)).to.deep.equal([null, null, null, null]);
  });

  it("take the best of VQA-Med's alternatives, optional text with and without", () => {
    const facts = { meta: { writtenAnswer: "mr - t1w (noncontrast)#t1 weighted mri" } };
    const scores = (answer: string) => score("vqa-med", answer, "mr - t1w", facts);
    expect(scores("T1 weighted MRI.")).to.deep.equal({ vqa_med_accuracy: 1, vqa_med_bleu: 1 });
    expect(scores("mr t1w")).to.deep.equal({ vqa_med_accuracy: 1, vqa_med_bleu: 1 });
    expect(scores("mr - t1w (noncontrast)")).to.deep.equal({ vqa_med_accuracy: 1, vqa_med_bleu: 1 });
    // Stems and stop words count for BLEU, not for accuracy.
    expect(scores("the T1 weighting of MRI")).to.deep.equal({ vqa_med_accuracy: 0, vqa_med_bleu: 1 });
    expect(scores("ct")).to.deep.equal({ vqa_med_accuracy: 0, vqa_med_bleu: 0 });
    // Of both nothing is left.
    expect(score("vqa-med", "no", "no")["vqa_med_bleu"]).to.equal(1);
    expect(score("vqa-med", "", "ct")["vqa_med_bleu"]).to.equal(0);
  });
});
