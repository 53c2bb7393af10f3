import { stat } from "node:fs/promises";
import path from "node:path";
import { rarlError, readRunRecord, type EvaluationRecord, type Kernel, type RunConfig } from "@rarl-sdk/core";
import { openConfig } from "./open-config.js";

/** Which weights are asked for, as the command line says it. */
export interface EvaluationSourceRequest {
  /** Configuration file; with a run, that of the run. */
  readonly config: string | undefined;
  readonly run: string | undefined;
  /** The model without adapter. */
  readonly base: boolean;
  readonly adapter: string | undefined;
  readonly merged: string | undefined;
  readonly overrides: readonly string[];
}

/** What is evaluated. */
export interface EvaluationSource {
  readonly kernel: Kernel;
  readonly config: RunConfig;
  readonly adapterFrom: string | null;
  readonly weights: EvaluationRecord["weights"];
  /** Tells these weights from a run's own in the names of evaluations; empty for those. */
  readonly suffix: string;
}

/**
 * The configuration and the weights that an evaluation is about: a run's own result, the base model, an adapter, or a
 * merged checkpoint.
 * @throws RarlError `RUN_NOT_FOUND`, and what `openConfig` throws
 */
export async function evaluationSource(request: EvaluationSourceRequest): Promise<EvaluationSource> {
  const run = request.run === undefined ? null : path.resolve(request.run);
  const file = run === null ? request.config! : path.join(run, "config.yaml");
  const baseDirectory = run === null ? undefined : (await readRunRecord(run)).baseDirectory;
  const { kernel, config } = await openConfig({ file, overrides: request.overrides, baseDirectory });
  const of = (
    kind: "base" | "adapter" | "model",
    folder: string | null,
    suffix: string,
  ): EvaluationSource => ({
    kernel,
    config: kind === "adapter" ? config : withoutAdapter(config, kind === "model" ? folder : null),
    adapterFrom: kind === "adapter" ? folder : null,
    weights: { kind, step: null, path: folder },
    suffix,
  });
  if (request.merged !== undefined) return of("model", path.resolve(request.merged), "-merged");
  if (request.adapter !== undefined) {
    if (config.adapter === null) throw rarlError("ADAPTER_NOT_CONFIGURED", { adapter: request.adapter });
    const folder = path.resolve(request.adapter);
    return of("adapter", folder, `-${path.basename(folder)}`);
  }
  if (request.base || run === null) return of("base", null, run === null ? "" : "-base");
  const kind = config.adapter === null ? "model" : "adapter";
  const saved = path.join(run, kind);
  if ((await stat(saved).catch(() => null)) === null) {
    throw rarlError("RUN_NOT_FOUND", { directory: run, missing: `the folder ${kind} of a finished run` });
  }
  return of(kind, saved, "");
}

function withoutAdapter(config: RunConfig, checkpoint: string | null): RunConfig {
  const { model } = config;
  const options = checkpoint === null ? model.options : { ...model.options, path: checkpoint };
  return { ...config, adapter: null, model: { ...model, options } };
}
