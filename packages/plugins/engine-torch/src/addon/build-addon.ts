import { spawn } from "node:child_process";
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { findLibtorch } from "../libtorch/find-libtorch.js";
import type { Libtorch } from "../libtorch/libtorch.js";
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

export type AddonBuild =
  | { readonly outcome: "built" | "current"; readonly libtorch: Libtorch; readonly folder: string }
  | { readonly outcome: "skipped"; readonly reason: string }
  | {
      readonly outcome: "failed";
      readonly libtorch: Libtorch;
      readonly reason: string;
      readonly log: string;
    };

export interface AddonBuildOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Folder of the builds. */
  readonly builds?: string;
  /** Called when compiling starts, which takes a minute or more. */
  readonly onStart?: (libtorch: Libtorch) => void;
}

/** Compiles the addon for the libtorch that is found, unless that has been done. Never throws for lack of a tool. */
export async function buildAddon(options: AddonBuildOptions = {}): Promise<AddonBuild> {
  const { environment = process.env, builds = buildsFolder, onStart } = options;
  const search = await findLibtorch({ environment });
  if (!search.found) return { outcome: "skipped", reason: search.reason };
  const { libtorch } = search;
  if (process.platform !== "linux")
    return { outcome: "skipped", reason: `${process.platform} is not supported yet` };
  const folder = addonFolder(libtorch, builds);
  const wanted = recordFor(libtorch);
  const record = readRecord(folder);
  if (record !== null && mismatch(record, wanted) === null) return { outcome: "current", libtorch, folder };

  onStart?.(libtorch);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(nativeFolder, folder, { recursive: true });
  const log = join(folder, "build.log");
  const status = await runNodeGyp(folder, log, { ...environment, ...compileVariables(libtorch) });
  if (status !== null || !existsSync(addonFile(folder))) {
    return { outcome: "failed", libtorch, reason: status ?? "no addon was written", log };
  }
  // Written last: a build that was broken off has no record and is done again.
  writeFileSync(join(folder, recordName), `${JSON.stringify(wanted, null, 2)}\n`);
  return { outcome: "built", libtorch, folder };
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

/** Null when it went well, else what went wrong in a line. */
async function runNodeGyp(
  folder: string,
  log: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  const require = createRequire(import.meta.url);
  const gyp = join(dirname(require.resolve("node-gyp/package.json")), "bin", "node-gyp.js");
  // Headers of an installed Node.js save their download.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
  const jobs = `--jobs=${Math.min(4, availableParallelism())}`;
  const output = createWriteStream(log);
  const code = await new Promise<number | Error>((resolve) => {
    const child = spawn(process.execPath, [gyp, "rebuild", ...headers, jobs], {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    child.on("error", resolve);
    child.on("close", (status) => {
      resolve(status ?? 1);
    });
  });
  await new Promise((resolve) => output.end(resolve));
  if (code === 0) return null;
  if (code instanceof Error) return code.message;
  const lines = readFileSync(log, "utf8").split("\n");
  return (
    lines.find((line) => /error:|ERR! (?:stack|find)/.test(line))?.trim() ?? `node-gyp ended with ${code}`
  );
}
