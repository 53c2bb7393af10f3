import { expect } from "chai";
import { BertScorer, TextEncoder, publishedBaseline, type BertScore } from "../src/index.js";
import { running } from "./support/reference.js";
import { useTestBackend } from "./support/test-backend.js";

/**
 * The three sentence pairs of bert_score's own tests (0.3.12, tests/test_score_function.py) with roberta-large and the
 * values that are asserted there: precision, recall, F1. They need the real checkpoint, so they run where
 * RARL_ROBERTA_LARGE names its folder (config.json, model.safetensors, tokenizer.json), and are pending elsewhere.
 */
const pairs = [
  ["28-year-old chef found dead in San Francisco mall", "28-Year-Old Chef Found Dead at San Francisco Mall"],
  [
    "A 28-year-old chef who recently moved to San Francisco was found dead in the staircase of a local shopping center.",
    "A 28-year-old chef who had recently moved to San Francisco was found dead in the stairwell of a local mall this week.",
  ],
  [
    'The victim\'s brother said he cannot imagine anyone who would want to harm him,"Finally, it went uphill again at him."',
    "But the victim's brother says he can't think of anyone who would want to hurt him, saying, \"Things were finally going well for him.\"",
  ],
] as const;

const expected = {
  plain: [
    [0.98433024, 0.98238391, 0.9833561],
    [0.98322397, 0.97328639, 0.97823],
    [0.91203862, 0.92042899, 0.9162146],
  ],
  idf: [
    [0.98378724, 0.98271906, 0.9832529],
    [0.97547388, 0.96977675, 0.972617],
    [0.89473951, 0.91729188, 0.9058754],
  ],
  rescaled: [
    [0.90700078, 0.89545679, 0.9013834],
    [0.90043557, 0.84146744, 0.8710108],
    [0.47795561, 0.52778506, 0.5035652],
  ],
} as const;

describe("BERTScore with roberta-large on the package's own pairs", function () {
  // A large model on one thread takes a second a sentence, and 1.4 GB are read first.
  this.timeout(600_000);
  let encoder: TextEncoder | null = null;

  before(async function () {
    const directory = process.env["RARL_ROBERTA_LARGE"];
    if (directory === undefined) this.skip();
    await useTestBackend();
    encoder = await TextEncoder.open(directory, 17);
  });
  after(() => encoder?.dispose());

  async function expectScores(name: keyof typeof expected, options: object): Promise<void> {
    const requests = pairs.map(([candidate, text]) => ({ candidate, references: [text] }));
    const scores: readonly BertScore[] = await new BertScorer(encoder!, options).score(requests, running);
    for (const [index, { precision, recall, f1 }] of scores.entries()) {
      for (const [column, value] of [precision, recall, f1].entries())
        expect(value, `pair ${index}, column ${column}`).to.be.closeTo(expected[name][index]![column]!, 2e-5);
    }
  }

  it("gives the asserted scores", () => expectScores("plain", {}));
  it("gives the asserted scores with idf", () =>
    expectScores("idf", { idfTexts: pairs.map(([, text]) => text) }));
  it("gives the asserted scores rescaled", () =>
    expectScores("rescaled", { baseline: publishedBaseline("roberta-large", 17) }));
});
