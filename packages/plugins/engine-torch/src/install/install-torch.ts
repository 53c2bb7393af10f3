import { existsSync } from "node:fs";
import { realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  lockFolder,
  writeFileAtomic,
  type EngineInstallation,
  type EngineInstallRequest,
} from "@rarl-sdk/core";
import { addonFile, addonFolder, buildsFolder, removeOrphans } from "../addon/addon-record.js";
import { buildAddonFor, type AddonBuild, type AddonBuildOptions } from "../addon/build-addon.js";
import { findLibtorch } from "../libtorch/find-libtorch.js";
import { currentName, installationsFolder } from "../libtorch/installed-libtorch.js";
import type { Libtorch } from "../libtorch/libtorch.js";
import { runProgram } from "../process/run-program.js";
import { checkTools } from "./check-tools.js";
import { installFailure } from "./install-failure.js";
import {
  installationNames,
  makeInstallations,
  provideLibtorch,
  type ProvidedLibtorch,
} from "./provide-libtorch.js";

export interface InstallParts {
  readonly environment?: NodeJS.ProcessEnv;
  /** Folder of the addon's builds. */
  readonly builds?: string;
  readonly build?: (libtorch: Libtorch, options: AddonBuildOptions) => Promise<AddonBuild>;
  /** Loads an addon where a crash does no harm; the version of libtorch that it says, or why it does not load. */
  readonly tryAddon?: (file: string) => Promise<{ readonly version: string } | { readonly flaw: string }>;
}

/**
 * Installs a private libtorch, or takes the one that is there, and builds the addon against it. The libtorch in use is
 * replaced only when all of the new one is done.
 * @throws RarlError `ENGINE_INSTALL_FAILED`, `FOLDER_IN_USE`, and the signal's reason
 */
export async function installTorch(
  request: EngineInstallRequest,
  parts: InstallParts = {},
): Promise<EngineInstallation> {
  const { environment = process.env } = parts;
  if (process.platform !== "linux")
    throw installFailure(
      `it is not supported on ${process.platform} yet`,
      "Use the engine wasm, or a Linux machine.",
    );
  const { signal } = request;
  if (request.existing !== true) refuseNamed(environment["RARL_LIBTORCH"]);
  await checkTools({ environment, signal });
  if (request.existing === true) {
    const search = await findLibtorch({ environment });
    if (!search.found) throw installFailure(search.reason, search.remedy);
    const isNew = await build(search.libtorch, undefined, request, parts);
    return { version: search.libtorch.version, folder: search.libtorch.root, isNew };
  }
  const installations = installationsFolder(environment);
  if (installations === null)
    throw installFailure(
      "neither XDG_CACHE_HOME nor HOME is set",
      "Set one of them to a folder for the libtorch.",
    );
  await makeInstallations(installations);
  const lock = await lockFolder(installations, "install");
  try {
    const device = request.device ?? (existsSync("/proc/driver/nvidia/version") ? "cuda" : "cpu");
    const provided = await provideLibtorch(installations, { ...request, device }, environment);
    const isBuilt = await build(provided.libtorch, provided.python, request, parts);
    if (!provided.isCurrent) await useFromNow(installations, provided, parts.builds);
    const { version, root } = provided.libtorch;
    return { version, folder: root, isNew: isBuilt || !provided.isCurrent };
  } finally {
    await lock.release();
  }
}

function refuseNamed(named: string | undefined): void {
  if (named === undefined || named === "") return;
  throw installFailure(
    named === "none"
      ? "RARL_LIBTORCH is none, so that no libtorch would be used"
      : `RARL_LIBTORCH names ${named}, which is used before any that is installed`,
    named === "none"
      ? "Unset RARL_LIBTORCH."
      : "Unset RARL_LIBTORCH, or give --existing to build the addon for that libtorch.",
  );
}

/** Whether something had to be compiled. */
async function build(
  libtorch: Libtorch,
  python: string | undefined,
  { signal, report, force, existing, python: named }: EngineInstallRequest,
  {
    environment = process.env,
    builds = buildsFolder,
    build = buildAddonFor,
    tryAddon = inChild,
  }: InstallParts,
): Promise<boolean> {
  const folder = addonFolder(libtorch, builds);
  if (force === true && existing === true) await rm(folder, { recursive: true, force: true });
  const nodeGypPython = python ?? named;
  const result = await build(libtorch, {
    environment,
    builds,
    signal,
    ...(nodeGypPython !== undefined && { python: nodeGypPython }),
    onStart: ({ version }) => {
      report(`compiling the addon against libtorch ${version}; this takes a minute or more`);
    },
  });
  if (result.outcome === "skipped") throw installFailure(result.reason, "Use another engine.");
  if (result.outcome === "failed") {
    throw installFailure(
      `the addon could not be compiled: ${result.reason}`,
      `${result.remedy} The libtorch in ${libtorch.root} is kept.`,
      result.output,
    );
  }
  const tried = await tryAddon(addonFile(folder));
  if ("flaw" in tried) {
    // Without its record it is compiled anew the next time.
    await rm(folder, { recursive: true, force: true });
    throw installFailure(
      `the compiled addon does not load: ${tried.flaw}`,
      "Try another version with --version, or another compiler with CXX.",
    );
  }
  return result.outcome === "built";
}

/** Names the installation as the one in use, then removes the others and their addons. */
async function useFromNow(
  installations: string,
  { record }: ProvidedLibtorch,
  builds = buildsFolder,
): Promise<void> {
  await writeFileAtomic(join(installations, currentName), `${JSON.stringify(record, null, 2)}\n`);
  for (const name of await installationNames(installations)) {
    if (name !== record.installation) await rm(join(installations, name), { recursive: true, force: true });
  }
  removeOrphans(await realpath(installations), builds);
}

async function inChild(file: string): Promise<{ readonly version: string } | { readonly flaw: string }> {
  const script = "console.log(require(process.argv[1]).version)";
  const parameters = ["--input-type=commonjs", "-e", script, file];
  const { status, lines } = await runProgram(process.execPath, parameters, { environment: process.env });
  const [version] = lines.slice(-1);
  if (status === 0 && version !== undefined) return { version };
  const reason = lines.find((line) => /Error|cannot open|undefined symbol/.test(line));
  return { flaw: reason?.trim() ?? `Node.js ended with ${String(status)}` };
}
