import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import { chosenSamples } from "../chosen-samples.js";
import { learningCurves } from "../learning-curves.js";
import { missingParts, unfinishedNote } from "../missing-parts.js";
import type { RunData } from "../run-data.js";
import { runFacts } from "../run-facts.js";
import { comparisonTables } from "../tables/comparison-tables.js";
import { evaluationTables } from "../tables/evaluation-tables.js";
import { chart } from "./chart.js";
import { html, type Markup } from "./markup.js";
import { page } from "./page.js";
import { sampleMarkup, type ReadThumbnail } from "./sample-markup.js";
import { tableMarkup } from "./table-markup.js";

export interface ReportOptions {
  /** Samples shown of each evaluation. */
  readonly samples: number;
  readonly readThumbnail: ReadThumbnail;
}

/** The report of a run as one page that needs nothing else. */
export async function reportPage(run: RunData, options: ReportOptions): Promise<string> {
  const { name, evaluations, config } = run;
  const curves = learningCurves(run).map(({ title, series }) => chart(title, series));
  const comparisons = comparisonTables(evaluations).map(tableMarkup);
  const sections: Markup[] = [];
  for (const [index, evaluation] of evaluations.entries())
    sections.push(await evaluationSection(evaluation, index, options));
  const body = html`<header>
      <h1>${name}</h1>
      <p class="note">Software for research on models; nothing here should inform a diagnosis.</p>
      <nav>
        ${curves.length === 0 ? null : html`<a href="#curves">Learning curves</a>`}
        ${evaluations.map(({ label }, index) => html`<a href="#evaluation-${index}">${label}</a>`)}
        ${comparisons.length === 0 ? null : html`<a href="#comparison">Comparison</a>`}
        ${config === null ? null : html`<a href="#configuration">Configuration</a>`}
      </nav>
      <dl class="facts">
        ${runFacts(run).map(
          ([fact, text]) =>
            html`<dt>${fact}</dt>
              <dd>${text}</dd>`,
        )}
      </dl>
      ${missingParts(run).map((sentence) => html`<p><strong>${sentence}</strong></p>`)}
    </header>
    ${
      curves.length === 0
        ? null
        : html`<section id="curves">
            <h2>Learning curves</h2>
            <p class="note">Each step faint, the mean of the last twentieth of all steps in full.</p>
            <div class="charts">${curves}</div>
          </section>`
    }
    ${sections}
    ${
      comparisons.length === 0
        ? null
        : html`<section id="comparison">
            <h2>Comparison</h2>
            ${comparisons}
          </section>`
    }
    ${
      config === null
        ? null
        : html`<section id="configuration">
            <h2>Configuration</h2>
            <details>
              <summary>config.yaml</summary>
              <div class="completion">${config}</div>
            </details>
          </section>`
    }`;
  return page(`${name}: report`, body);
}

async function evaluationSection(
  evaluation: EvaluationData,
  index: number,
  { samples, readThumbnail }: ReportOptions,
): Promise<Markup> {
  const { label, predictions, record } = evaluation;
  const shown: Markup[] = [];
  for (const prediction of chosenSamples(evaluation, samples)) {
    shown.push(await sampleMarkup(prediction, evaluation, readThumbnail));
  }
  const unfinished = unfinishedNote(evaluation);
  const stale = evaluation.graders.filter((grader) => grader.stale > 0);
  return html`<section id="evaluation-${index}">
    <h2>${label}</h2>
    ${
      record === null
        ? null
        : html`<p class="note">
            Set ${record.set}, weights
            ${record.weights.kind}${record.weights.step === null ? "" : ` at step ${record.weights.step}`},
            engine ${record.engine.name} ${record.engine.version}, ${record.status}.
          </p>`
    }
    ${unfinished === null ? null : html`<p><strong>${unfinished}</strong></p>`}
    ${stale.map(
      ({ kind, name, stale: count }) =>
        html`<p class="note">
          ${count} verdicts of ${kind} ${name} are about other completions and not counted.
        </p>`,
    )}
    ${evaluationTables(evaluation).map(tableMarkup)}
    ${
      shown.length === 0
        ? null
        : html`<h3>Samples</h3>
            <p class="note">${shown.length} of ${predictions.length}, drawn at random.</p>
            ${shown}`
    }
  </section>`;
}
