import { stat, readdir } from "node:fs/promises";
import path from "node:path";
import {
  applyOverrides,
  createKernel,
  loadConfigFile,
  locateUnder,
  parseJudging,
  pluginEntries,
  rarlError,
  readRunRecord,
  tokens,
  type JudgeChoice,
  type JudgingConfig,
  type Kernel,
  type TextSimilarity,
} from "@rarl-sdk/core";
import { firstPartyPlugins } from "./first-party.js";

export interface JudgingSourceRequest {
  readonly config: string | undefined;
  readonly run: string | undefined;
  readonly overrides: readonly string[];
  /** Labels of the judges to ask; all of them when empty. */
  readonly judges: readonly string[];
}

/** Who grades, and what they need. */
export interface JudgingSource {
  readonly kernel: Kernel;
  readonly config: JudgingConfig;
}

/**
 * The judges of a run, of a configuration, or without either the one that follows rules. What they spend is counted
 * in the run's folder, or in the output folder of the configuration. The text similarity, made once if a judge wants
 * it, is among `kernel.made("similarities")` and the caller's to dispose.
 * @throws RarlError `RUN_NOT_FOUND`, `JUDGE_UNKNOWN`, what reading a configuration throws
 */
export async function judgingSource(request: JudgingSourceRequest): Promise<JudgingSource> {
  const { kernel, config } = await read(request);
  const judges =
    request.judges.length === 0 ? config.judges : request.judges.map((label) => find(label, config));
  const output = path.resolve(kernel.baseDirectory, config.output);
  const { container } = kernel;
  container.register(tokens.cacheDirectory, { useValue: path.join(output, ".cache") });
  container.register(tokens.recordDirectory, {
    useValue: request.run === undefined ? output : path.resolve(request.run),
  });
  const { name, options } = config.textSimilarity;
  let similarity: TextSimilarity | null = null;
  container.register(tokens.textSimilarity, {
    useFactory: () => (similarity ??= kernel.create("similarities", name, options)),
  });
  return { kernel, config: { ...config, judges } };
}

async function read(request: JudgingSourceRequest): Promise<JudgingSource> {
  const { run, overrides } = request;
  const file = request.config ?? (run === undefined ? null : path.join(path.resolve(run), "config.yaml"));
  if (file === null) {
    const kernel = await createKernel({ builtins: firstPartyPlugins, baseDirectory: process.cwd() });
    const raw = applyOverrides({ judges: [{ name: "rules" }] }, overrides);
    return { kernel, config: parseJudging(kernel, raw, "the command line") };
  }
  const recorded = run === undefined ? null : (await readRunRecord(path.resolve(run))).baseDirectory;
  const loaded = await loadConfigFile(file);
  const raw = applyOverrides(loaded.raw, overrides);
  const locate = locateUnder(loaded.locate, overrides);
  const kernel = await createKernel({
    builtins: firstPartyPlugins,
    plugins: pluginEntries(raw, file, locate),
    baseDirectory: request.config === undefined ? (recorded ?? loaded.baseDirectory) : loaded.baseDirectory,
  });
  return { kernel, config: parseJudging(kernel, raw, file, locate) };
}

/** @throws RarlError `JUDGE_UNKNOWN` */
function find(label: string, { judges }: JudgingConfig): JudgeChoice {
  const judge = judges.find((one) => one.label === label);
  if (judge !== undefined) return judge;
  throw rarlError("JUDGE_UNKNOWN", { judge: label, known: judges.map((one) => one.label) });
}

/**
 * Folders of a run's evaluations, by name.
 * @throws RarlError `RUN_NOT_FOUND`
 */
export async function evaluationFolders(run: string): Promise<readonly string[]> {
  const parent = path.join(path.resolve(run), "eval");
  const names = await readdir(parent).catch(() => []);
  const folders: string[] = [];
  for (const name of names.sort()) {
    const folder = path.join(parent, name);
    const predictions = await stat(path.join(folder, "predictions.jsonl")).catch(() => null);
    if (predictions !== null) folders.push(folder);
  }
  if (folders.length === 0)
    throw rarlError("RUN_NOT_FOUND", { directory: run, missing: "an evaluation under eval/" });
  return folders;
}
