import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { findLibtorch } from "../libtorch/find-libtorch.js";
import type { Libtorch } from "../libtorch/libtorch.js";
import { runProgram } from "../process/run-program.js";
import {
  addonFile,
  addonFolder,
  buildsFolder,
  mismatch,
  nativeFolder,
  readRecord,
  recordFor,
  recordName,
} from "./addon-record.js";
import { diagnoseBuild, type BuildDiagnosis } from "./diagnose-build.js";

export type AddonBuild =
  | { readonly outcome: "built" | "current"; readonly libtorch: Libtorch; readonly folder: string }
  | { readonly outcome: "skipped"; readonly reason: string }
  | ({
      readonly outcome: "failed";
      readonly libtorch: Libtorch;
      /** The last lines that the build printed. */
      readonly output: readonly string[];
    } & BuildDiagnosis);

export interface AddonBuildOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Folder of the builds. */
  readonly builds?: string;
  /** Called when compiling starts, which takes a minute or more. */
  readonly onStart?: (libtorch: Libtorch) => void;
  /** Ends the build; no record of it is left then. */
  readonly signal?: AbortSignal;
  /** Python that node-gyp runs with; it looks for one when absent. */
  readonly python?: string;
}

/**
 * Compiles the addon for the libtorch that is found, unless that has been done. Never throws for lack of a tool.
 * @throws the signal's reason
 */
export async function buildAddon(options: AddonBuildOptions = {}): Promise<AddonBuild> {
  const search = await findLibtorch({ environment: options.environment ?? process.env });
  return search.found
    ? buildAddonFor(search.libtorch, options)
    : { outcome: "skipped", reason: search.reason };
}

/** The same for a given libtorch. */
export async function buildAddonFor(
  libtorch: Libtorch,
  options: AddonBuildOptions = {},
): Promise<AddonBuild> {
  const { environment = process.env, builds = buildsFolder, onStart, signal, python } = options;
  if (process.platform !== "linux")
    return { outcome: "skipped", reason: `${process.platform} is not supported yet` };
  const folder = addonFolder(libtorch, builds);
  const wanted = recordFor(libtorch);
  const record = readRecord(folder);
  if (record !== null && mismatch(record, wanted) === null) return { outcome: "current", libtorch, folder };

  onStart?.(libtorch);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(nativeFolder, folder, { recursive: true });
  } catch (error) {
    const reason = (error as Error).message;
    const remedy = `Give this user the right to write to ${builds}, and see that the disk is not full.`;
    return { outcome: "failed", libtorch, reason, remedy, output: [] };
  }
  const parameters = python === undefined ? [] : [`--python=${python}`];
  const { status, lines } = await runProgram(process.execPath, [...nodeGyp(environment), ...parameters], {
    cwd: folder,
    environment: { ...environment, ...compileVariables(libtorch) },
    ...(signal && { signal }),
  });
  const log = join(folder, "build.log");
  const output = lines.slice(-10);
  writeLog(log, lines);
  if (status !== 0 || !existsSync(addonFile(folder)))
    return { outcome: "failed", libtorch, ...diagnoseBuild(lines, log), output };
  try {
    // Written last: a build that was broken off has no record and is done again.
    writeFileSync(join(folder, recordName), `${JSON.stringify(wanted, null, 2)}\n`);
  } catch (error) {
    return { outcome: "failed", libtorch, ...diagnoseBuild([(error as Error).message], log), output };
  }
  return { outcome: "built", libtorch, folder };
}

/** A log that cannot be written, as on a full disk, must not hide what the build said. */
function writeLog(file: string, lines: readonly string[]): void {
  try {
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  } catch {
    return;
  }
}

/** What binding.gyp reads from the environment. */
function compileVariables(libtorch: Libtorch): NodeJS.ProcessEnv {
  const require = createRequire(import.meta.url);
  const addonApi = dirname(require.resolve("node-addon-api/package.json"));
  const includes = [addonApi, ...libtorch.includeFolders].filter((one) => one !== "/usr/include");
  return {
    RARL_INCLUDE_FOLDERS: includes.join(" "),
    RARL_LIBRARY_FOLDER: libtorch.libraryFolder,
    RARL_CXX11_ABI: libtorch.cxx11Abi ? "1" : "0",
    RARL_CXX_STANDARD: cxxStandard(libtorch),
    RARL_LIBRARIES: ["torch_cpu", ...(libtorch.cuda ? ["torch_cuda", "c10_cuda"] : []), "c10"]
      .map((name) => `-l${name}`)
      .join(" "),
  };
}

/** The headers ask for C++20 from 2.14 on; those of 1.13 are older than that. */
function cxxStandard({ version }: Libtorch): string {
  const [major, minor] = version.split(".").map(Number) as [number, number];
  return major > 2 || (major === 2 && minor >= 14) ? "c++20" : "c++17";
}

/** Parameters of Node.js for a build in the current folder. */
function nodeGyp(environment: NodeJS.ProcessEnv): string[] {
  const require = createRequire(import.meta.url);
  const gyp = join(dirname(require.resolve("node-gyp/package.json")), "bin", "node-gyp.js");
  // Headers of an installed Node.js save their download.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
  return [gyp, "rebuild", ...headers, `--jobs=${jobs(environment)}`];
}

/** Compilers at a time; JOBS may ask for fewer, since each takes memory. */
function jobs(environment: NodeJS.ProcessEnv): number {
  const asked = Number(environment["JOBS"]);
  return Number.isInteger(asked) && asked > 0 ? asked : Math.min(4, availableParallelism());
}
