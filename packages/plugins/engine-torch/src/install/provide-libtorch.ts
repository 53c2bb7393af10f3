import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { writeFileAtomic, type EngineInstallRequest } from "@rarl-sdk/core";
import { pythonTorchFolder } from "../libtorch/find-libtorch.js";
import { currentName, readInstallation, type InstallationRecord } from "../libtorch/installed-libtorch.js";
import { inspectLibtorch, type Libtorch } from "../libtorch/libtorch.js";
import { installFailure } from "./install-failure.js";
import { environmentPython, installWheel, makeEnvironment } from "./python-environment.js";

/** Lies in a virtual environment once torch is in it. */
const completeName = "rarl-installation.json";

/** A libtorch in a virtual environment of its own. */
export interface ProvidedLibtorch {
  readonly record: InstallationRecord;
  readonly libtorch: Libtorch;
  readonly python: string;
  /** Whether it is the one in use already. */
  readonly isCurrent: boolean;
}

type Wanted = EngineInstallRequest & { readonly device: "cpu" | "cuda" };

/**
 * A libtorch as asked for in `installations`: the one in use, one whose addon could not be built the last time, or one
 * that pip installs now. Whatever lies there unfinished is removed.
 * @throws RarlError `ENGINE_INSTALL_FAILED`, and the signal's reason; nothing unfinished is left then
 */
export async function provideLibtorch(
  installations: string,
  wanted: Wanted,
  environment: NodeJS.ProcessEnv,
): Promise<ProvidedLibtorch> {
  const current = readInstallation(join(installations, currentName));
  if (current !== null && wanted.force !== true && serves(current, wanted)) {
    const provided = provide(installations, current, true);
    if (provided !== null) return provided;
  }
  let waiting: ProvidedLibtorch | null = null;
  for (const name of await installationNames(installations)) {
    if (name === current?.installation) continue;
    const complete = readInstallation(join(installations, name, completeName));
    const mayServe = complete !== null && wanted.force !== true && serves(complete, wanted);
    const provided = mayServe ? provide(installations, complete, false) : null;
    if (provided !== null && waiting === null) waiting = provided;
    else await rm(join(installations, name), { recursive: true, force: true });
  }
  return waiting ?? (await install(installations, wanted, environment));
}

/** Folders of installations, finished or not. */
export async function installationNames(installations: string): Promise<readonly string[]> {
  const entries = await readdir(installations, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function serves({ version, device }: InstallationRecord, wanted: Wanted): boolean {
  // `2.13.0+cpu` is 2.13.0 to its headers.
  const [asked] = wanted.version?.split("+") ?? [];
  return device === wanted.device && (asked === undefined || asked === version);
}

/** Null where its files are gone. */
function provide(
  installations: string,
  record: InstallationRecord,
  isCurrent: boolean,
): ProvidedLibtorch | null {
  const folder = join(installations, record.installation);
  const libtorch = inspectLibtorch(join(folder, record.libtorch), "installed");
  return "missing" in libtorch ? null : { record, libtorch, python: environmentPython(folder), isCurrent };
}

async function install(
  installations: string,
  wanted: Wanted,
  environment: NodeJS.ProcessEnv,
): Promise<ProvidedLibtorch> {
  const { device, signal, report } = wanted;
  const installation = freeName(
    installations,
    `${device}-${wanted.version?.replaceAll(/[^\w.+-]/g, "_") ?? "newest"}`,
  );
  const folder = join(installations, installation);
  const options = { environment, signal };
  try {
    report(`making a Python virtual environment in ${folder}`);
    await makeEnvironment(wanted.python ?? "python3", folder, options);
    report(`installing torch ${wanted.version ?? ""}${wanted.version ? " " : ""}(${device}) with pip`);
    const onLine = (line: string): void => {
      report(`  ${line}`);
    };
    await installWheel(folder, wanted, { ...options, onLine });
    const libtorch = await installedIn(folder, wanted, environment);
    const record: InstallationRecord = {
      installation,
      libtorch: relative(folder, libtorch.root),
      version: libtorch.version,
      device,
    };
    await writeFileAtomic(join(folder, completeName), `${JSON.stringify(record, null, 2)}\n`);
    return { record, libtorch, python: environmentPython(folder), isCurrent: false };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function installedIn(
  folder: string,
  { device }: Wanted,
  environment: NodeJS.ProcessEnv,
): Promise<Libtorch> {
  const torch = await pythonTorchFolder(environmentPython(folder), environment);
  const libtorch =
    torch === null ? { missing: "pip left no torch package behind" } : inspectLibtorch(torch, "installed");
  if ("missing" in libtorch) {
    throw installFailure(
      `the torch that pip installed cannot be used: ${libtorch.missing}`,
      "Choose another version with --version.",
    );
  }
  if (device === "cpu" && libtorch.cuda) {
    throw installFailure(
      `torch ${libtorch.version} of that index carries CUDA, whose libraries a cpu install leaves out`,
      "Name an index of wheels without CUDA with --index-url, or such a version (--version 2.13.0+cpu); or install with --device cuda, which computes on CPUs too.",
    );
  }
  if (device === "cuda" && !libtorch.cuda) {
    throw installFailure(
      `torch ${libtorch.version} of that index has no CUDA`,
      "Name an index that has wheels with CUDA with --index-url, as pytorch.org lists them, or install with --device cpu.",
    );
  }
  return libtorch;
}

/** A name under which nothing lies, so that what is in use stays until the new one is complete. */
function freeName(installations: string, name: string): string {
  const names = [name, ...Array.from({ length: 99 }, (_, index) => `${name}-${index + 2}`)];
  return names.find((one) => !existsSync(join(installations, one))) ?? `${name}-${process.pid}`;
}

/** Makes the folder of installations. */
export async function makeInstallations(installations: string): Promise<void> {
  try {
    await mkdir(installations, { recursive: true });
  } catch (error) {
    throw installFailure(
      `${installations} cannot be made: ${(error as Error).message}`,
      "Set XDG_CACHE_HOME to a folder that this user may write to.",
      [],
      { cause: error },
    );
  }
}
