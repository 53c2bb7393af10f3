import path from "node:path";
import {
  applyOverrides,
  createKernel,
  rarlError,
  type ComponentChoice,
  type Dataset,
  type Kernel,
} from "@rarl-sdk/core";
import { firstPartyPlugins } from "../first-party.js";
import { openConfig } from "../open-config.js";

/** What the data commands say of how a data set is named. */
export const dataReferenceHelp =
  "A file (.jsonl, .json, .csv, .tsv, .parquet), SOURCE:PATH?OPTION=VALUE&… such as slake:Slake1.0?split=test, or a " +
  "data set of a configuration, such as rarl.yaml#train";

const sourceByExtension: Readonly<Record<string, string>> = {
  ".jsonl": "jsonl",
  ".json": "json",
  ".csv": "csv",
  ".tsv": "csv",
  ".parquet": "parquet",
};

export interface OpenedData {
  /** As it was named. */
  readonly reference: string;
  readonly dataset: Dataset;
}

/**
 * Opens the data set that a reference of the command line names. Bad records are set aside, not fatal, unless the
 * reference or the configuration says otherwise.
 * @throws RarlError `USAGE`, what the configuration's loading throws, and what the data source throws
 */
export async function openData(
  reference: string,
  plugins: readonly string[],
  signal?: AbortSignal,
): Promise<OpenedData> {
  const [, file, role] = /^(.*\.ya?ml)#(.+)$/i.exec(reference) ?? [];
  const dataset =
    file === undefined ? await openSource(reference, plugins, signal) : await openRole(file, role!, signal);
  return { reference, dataset };
}

async function openRole(file: string, role: string, signal: AbortSignal | undefined): Promise<Dataset> {
  const { kernel, config } = await openConfig({ file, overrides: [] });
  const sets: Readonly<Record<string, ComponentChoice>> = {
    train: config.data.train,
    ...config.data.evaluation,
  };
  if (!Object.hasOwn(sets, role)) {
    const known = Object.keys(sets).join(", ");
    throw usage(`${file} has no data set ${role}; it has ${known}`);
  }
  const { name, options } = sets[role]!;
  return kernel.create("dataSources", name, options).open(signal);
}

async function openSource(
  reference: string,
  plugins: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Dataset> {
  const kernel = await createKernel({
    builtins: firstPartyPlugins,
    plugins: [...plugins],
    baseDirectory: process.cwd(),
  });
  const { source, location, overrides } = parseReference(reference);
  const raw = { path: path.resolve(location), ...skipProblems(kernel, source) };
  return kernel.create("dataSources", source, applyOverrides(raw, overrides)).open(signal);
}

function parseReference(reference: string) {
  // A single letter before the colon is a drive.
  const [, named, rest = reference] = /^([a-z][a-z0-9-]+):(.*)$/s.exec(reference) ?? [];
  const [location = "", query = ""] = rest.split(/\?(?=[^?]*=)/, 2);
  const source = named ?? sourceByExtension[path.extname(location).toLowerCase()];
  if (source === undefined) {
    const likely = /\.ya?ml$/i.test(reference)
      ? `${reference}#train`
      : `SOURCE:PATH, such as slake:${reference}`;
    throw usage(`the kind of ${reference} cannot be told from its name; write ${likely}`);
  }
  return { source, location, overrides: query === "" ? [] : query.split("&") };
}

/** Only of a source that has the option. */
function skipProblems(kernel: Kernel, source: string): object {
  const found = kernel.components("dataSources").find(({ name }) => name === source);
  return found !== undefined && "onProblem" in found.optionsSchema.shape ? { onProblem: "skip" } : {};
}

function usage(problem: string) {
  return rarlError("USAGE", { command: "data", problem, suggestions: [] });
}
