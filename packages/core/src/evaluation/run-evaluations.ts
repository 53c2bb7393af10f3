/**
 * Evaluations outside training, top to bottom: engine → backbone → adapter and its weights → for every evaluation its
 * data set, its folder, predictions as they come, report. Everything goes through the run's hooks, so plugins see an
 * evaluation of `rarl-sdk eval` as they see one of a run.
 */
import { rmdir } from "node:fs/promises";
import type { Dataset } from "../contracts/data-source.js";
import type { RunConfig } from "../config/run-config.js";
import { rarlError } from "../errors/rarl-error.js";
import { checkWritable } from "../files/check-writable.js";
import { fingerprintDirectory } from "../files/fingerprint-directory.js";
import { lockFolder } from "../files/folder-lock.js";
import type { EvaluationReport, Prediction } from "../hooks/run-hooks.js";
import type { Kernel } from "../kernel/kernel.js";
import { randomStream } from "../random/philox.js";
import { answered } from "../run/answered.js";
import { Disposables } from "../run/disposables.js";
import { RunParts } from "../run/run-parts.js";
import { wire } from "../run/wire.js";
import { EvaluationFolder } from "./evaluation-folder.js";
import {
  evaluationIdentity,
  newEvaluationRecord,
  type EvaluatedWeights,
  type EvaluationRecord,
} from "./evaluation-record.js";
import { readReport } from "./report-files.js";

/** One evaluation to make. */
export interface PlannedEvaluation {
  /** Evaluation set by its name in the configuration. */
  readonly set: string;
  /** Inference style; the configuration's own when null. */
  readonly style: string | null;
  readonly label: string;
  /** Folder that receives it. */
  readonly directory: string;
}

export interface EvaluationsRequest {
  readonly kernel: Kernel;
  /** With the model to evaluate; its adapter, if any, gets the weights in `adapterFrom`. */
  readonly config: RunConfig;
  readonly adapterFrom: string | null;
  readonly weights: EvaluatedWeights;
  /** What components of the run record beside the predictions, such as costs, goes here. */
  readonly directory: string;
  readonly evaluations: readonly PlannedEvaluation[];
  /** Evaluate anew what is there. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  /** Called with the number of predictions that an interrupted evaluation left. */
  readonly onStart?: (evaluation: PlannedEvaluation, dataset: Dataset, earlier: number) => void;
  /** Called as predictions are on disk, with their number, earlier ones included. */
  readonly onProgress?: (done: number) => void;
}

export interface FinishedEvaluation extends PlannedEvaluation {
  readonly report: EvaluationReport;
  /** It was there already; nothing was done. */
  readonly wasThere: boolean;
}

/**
 * Makes evaluations one after the other, or takes up interrupted ones.
 * @throws RarlError `EVALUATION_CHANGED`, `EVALUATION_SET_UNKNOWN`, `FOLDER_IN_USE`, and what is wrong with engine, model, adapter, data
 *   and output; the reason of an aborted signal, all predictions made so far being on disk
 */
export async function runEvaluations(request: EvaluationsRequest): Promise<readonly FinishedEvaluation[]> {
  const { kernel, config, signal, adapterFrom } = request;
  const { hooks } = kernel;
  for (const { set } of request.evaluations) {
    const known = Object.keys(config.data.evaluation);
    if (!known.includes(set)) throw rarlError("EVALUATION_SET_UNKNOWN", { set, known });
  }
  const disposables = new Disposables();
  try {
    const random = randomStream(config.seed);
    const parts = new RunParts();
    // Judging and tracking are commands and hooks of their own; here nobody grades and nothing is trained.
    const used = { ...config, judges: [], trackers: [] };
    const wiring = wire(kernel, used, parts, random, request.directory);
    const { device, threads } = config.engine;
    const engine = await hooks.engine.promise({ device, threads });
    if (engine === undefined) throw rarlError("ENGINE_NONE", { reasons: wiring.declinedEngines });
    disposables.add(() => engine.engine.dispose());
    const opened = await hooks.backbone.promise({ random: random.fork("backbone"), signal });
    for (const similarity of kernel.made("similarities")) disposables.add(() => similarity.dispose?.());
    const backbone = answered("backbone", `model ${config.model.name}`, opened);
    disposables.add(() => {
      backbone.dispose();
    });
    const adapted = await hooks.adapt.promise({ backbone, adapter: null });
    disposables.add(() => adapted.adapter?.dispose());
    parts.set(adapted);
    if (adapterFrom !== null) await adapted.adapter?.load(adapterFrom);
    const weights = adapterFrom === null ? "none" : await fingerprintDirectory(adapterFrom);

    const datasets = new Map<string, Dataset>();
    const finished: FinishedEvaluation[] = [];
    for (const evaluation of request.evaluations) {
      signal.throwIfAborted();
      const { set } = evaluation;
      const dataset =
        datasets.get(set) ?? answered("dataset", set, await hooks.dataset.promise({ role: set, signal }));
      datasets.set(set, dataset);
      const style = answered("evaluate", "an inference style", evaluation.style ?? wiring.inferenceStyle);
      const identity = evaluationIdentity({
        config,
        checkpoint: backbone.fingerprint,
        weights,
        data: dataset.fingerprint,
        style,
      });
      const record = await newEvaluationRecord(evaluation, request.weights, identity, engine, dataset);
      finished.push(await evaluateInto(evaluation, request, dataset, style, record));
    }
    return finished;
  } finally {
    await disposables.dispose();
  }
}

async function evaluateInto(
  evaluation: PlannedEvaluation,
  { kernel, overwrite, signal, onStart, onProgress }: EvaluationsRequest,
  dataset: Dataset,
  style: string,
  record: EvaluationRecord,
): Promise<FinishedEvaluation> {
  const { label, directory } = evaluation;
  await checkWritable(directory);
  const lock = await lockFolder(directory, "evaluation");
  let folder: EvaluationFolder | null = null;
  try {
    folder = await EvaluationFolder.open(directory, record, { overwrite });
    if (folder === null) {
      const there = answered("evaluate", label, await readReport(directory));
      return { ...evaluation, report: there, wasThere: true };
    }
    const opened = folder;
    const { earlier } = folder;
    const written = new Set(earlier.keys());
    onStart?.(evaluation, dataset, earlier.size);
    const keep = async (predictions: readonly Prediction[]) => {
      const kept = await opened.append(predictions);
      for (const { sample } of predictions) written.add(sample.id);
      onProgress?.(written.size);
      return kept;
    };
    const asked = { dataset, label, style, step: record.weights.step ?? 0, signal, earlier, record: keep };
    const report = answered("evaluate", label, await kernel.hooks.evaluate.promise(asked));
    // A plugin that evaluates in its own way may know nothing of `record`.
    await keep(report.predictions.filter(({ sample }) => !written.has(sample.id)));
    await folder.finish(report);
    await kernel.hooks.evaluated.promise(report);
    return { ...evaluation, report, wasThere: false };
  } finally {
    await folder?.close();
    await lock.release();
    // Of a folder in which nothing stayed nothing is needed.
    await rmdir(directory).catch(() => undefined);
  }
}
