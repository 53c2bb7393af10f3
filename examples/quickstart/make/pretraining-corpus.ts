import { randomStream } from "@rarl-sdk/core";
import { imageName, quickstartSeed, sceneOf, type DataRecord } from "./data-set.js";
import { formatCompletion, outputFormats, promptStyles } from "./prompt-styles.js";
import { drawQuestionTypes, questions } from "./questions.js";
import { carefulReading, hurriedReading, writeReport } from "./report.js";
import { drawIndex } from "./scene.js";

/** Pictures of the pretraining pool, each asked about several times. */
export const poolSize = 8000;
/** 800 steps of 64; longer pretraining begins a second pass. */
export const corpusSize = 800 * 64;
/** The first planted flaw: the share of the reports that a hurried reader wrote. */
export const hurriedShare = 0.6;
export const poolSeries = "pool";

/**
 * The pretraining corpus with its two planted flaws. `answer` and `reasoning` are true; what is learnt is
 * `meta.target`, written by the reader named in `meta.reader` in the format `meta.format`.
 */
export function* pretrainingCorpus(count: number = corpusSize): Generator<DataRecord> {
  const random = randomStream(quickstartSeed).fork("pretraining");
  const types = drawQuestionTypes(count, random);
  for (const [index, questionType] of types.entries()) {
    const picture = index % poolSize;
    const truth = carefulReading(sceneOf(poolSeries, picture));
    const hurried = random.uniform() < hurriedShare;
    const said = hurried ? hurriedReading(truth) : truth;
    const style = promptStyles[random.integer(promptStyles.length)]!;
    const format = outputFormats[drawIndex(random, style.formatShares)]!;
    const { wordings, answer } = questions[questionType];
    yield {
      id: `pretraining-${String(index).padStart(5, "0")}`,
      image: imageName(poolSeries, picture),
      question: wordings[random.integer(wordings.length)]!,
      answer: answer(truth),
      reasoning: writeReport(truth),
      kind: "closed",
      meta: {
        questionType,
        modality: truth.modality,
        reader: hurried ? "hurried" : "careful",
        format,
        style: style.name,
        target: formatCompletion(format, writeReport(said), answer(said)),
      },
    };
  }
}
