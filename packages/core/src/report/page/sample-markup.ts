import type { ImageSource } from "../../contracts/sample.js";
import { sampleOfPrediction } from "../../evaluation/records/read-records.js";
import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import type { PredictionRecord } from "../../evaluation/records/prediction-record.js";
import { completionMarkup } from "./completion-markup.js";
import { html, type Markup } from "./markup.js";

/** An image small enough to embed. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly mediaType: "image/png" | "image/jpeg" | "image/webp";
  readonly width: number;
  readonly height: number;
}

/** Reads an image for embedding; null when it cannot be shown. */
export type ReadThumbnail = (image: ImageSource) => Promise<Thumbnail | null>;

/** A prediction with its image, what the model said, and who graded it how. */
export async function sampleMarkup(
  prediction: PredictionRecord,
  { graders }: Pick<EvaluationData, "graders">,
  readThumbnail: ReadThumbnail,
): Promise<Markup> {
  const { sample, completion, strict, lenient, tokens, finishReason, style } = prediction;
  const images: Markup[] = [];
  for (const image of sampleOfPrediction(prediction).images) {
    images.push(imageMarkup(await readThumbnail(image), sample.id));
  }
  const facts = Object.entries(sample.meta).map(([name, value]) => `${name} ${String(value)}`);
  const verdict = strict ? "right" : lenient ? "right outside the tags" : "wrong";
  const grades = graders.flatMap(({ kind, name, grades: given }) => {
    const grade = given.get(sample.id);
    return grade === undefined ? [] : [gradeMarkup(`${kind} ${name}`, grade)];
  });
  return html`<article class="sample">
    <div>${images}</div>
    <div>
      <p class="question">${sample.question}</p>
      <p>
        Reference: ${sample.answer} ·
        <span class="mark ${strict || lenient ? "right" : "wrong"}">${verdict}</span>
      </p>
      ${sample.reasoning === undefined ? null : html`<p class="note">Annotated: ${sample.reasoning}</p>`}
      ${completionMarkup(completion)} ${grades}
      <p class="meta">${[sample.id, style, `${tokens} tokens`, finishReason, ...facts].join(" · ")}</p>
    </div>
  </article>`;
}

function gradeMarkup(
  grader: string,
  grade: { readonly reasoning: number | null; readonly prediction: number | null; readonly remark: string },
): Markup {
  const score = (value: number | null) => (value === null ? "–" : String(value));
  return html`<p class="grade">
    ${grader}: reasoning ${score(grade.reasoning)}, final ${score(grade.prediction)}
    <span class="meta">${grade.remark}</span>
  </p>`;
}

function imageMarkup(thumbnail: Thumbnail | null, id: string): Markup {
  if (thumbnail === null) return html`<p class="note">image not readable</p>`;
  const { bytes, mediaType, width, height } = thumbnail;
  const source = `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;
  // Of a small picture the pixels are what there is to see.
  return html`<img
    src="${source}"
    alt="Image of ${id}"
    width="${width}"
    height="${height}"
    class="${Math.max(width, height) < 128 ? "small" : ""}"
  />`;
}
