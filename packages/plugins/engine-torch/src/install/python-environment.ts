import { existsSync } from "node:fs";
import { join } from "node:path";
import { runProgram, type ProgramOptions, type ProgramResult } from "../process/run-program.js";
import { diskFull, installFailure, isAbsent } from "./install-failure.js";

/** What pip is asked for. */
export interface TorchWheel {
  readonly device: "cpu" | "cuda";
  readonly version?: string | undefined;
  readonly indexUrl?: string | undefined;
  readonly extraIndexUrls?: readonly string[] | undefined;
}

/** PyTorch's own index of wheels without CUDA; those of the Python Package Index for Linux carry it. */
const cpuIndex = "https://download.pytorch.org/whl/cpu";

/** Python of a virtual environment. */
export function environmentPython(folder: string): string {
  return join(folder, "bin", "python");
}

/**
 * Makes a virtual environment with pip in it.
 * @throws RarlError `ENGINE_INSTALL_FAILED`
 */
export async function makeEnvironment(
  python: string,
  folder: string,
  options: ProgramOptions,
): Promise<void> {
  const asked = await runProgram(python, ["-I", "-c", "import sys; print(sys.version.split()[0])"], options);
  if (isAbsent(asked)) {
    throw installFailure(
      `there is no ${python}`,
      "Install Python 3 with its venv module (`apt install python3 python3-venv`), or name one with --python.",
    );
  }
  if (asked.status !== 0)
    throw installFailure(`${python} does not run`, "Name another Python with --python.", said(asked));
  const version = asked.lines.at(-1) ?? "";
  const made = await runProgram(python, ["-I", "-m", "venv", folder], options);
  if (made.status === 0 && existsSync(environmentPython(folder))) return;
  const full = diskFull(made.lines, folder);
  if (full !== null) throw full;
  // Debian leaves ensurepip out of python3, and then says so at length.
  const lacksVenv = made.lines.some((line) => /No module named venv|ensurepip|python3-venv/.test(line));
  if (!lacksVenv)
    throw installFailure(
      `${python} could not make a virtual environment`,
      "See its output below.",
      said(made),
    );
  const minor = /^3\.\d+/.exec(version)?.[0];
  throw installFailure(
    `${python} (${version}) has no venv module, or no pip for it`,
    `Install it: \`apt install ${minor === undefined ? "python3-venv" : `python${minor}-venv`}\` on Debian and Ubuntu; or name another Python with --python.`,
    said(made),
  );
}

/**
 * Installs PyTorch's wheel into a virtual environment.
 * @throws RarlError `ENGINE_INSTALL_FAILED`
 */
export async function installWheel(
  folder: string,
  wheel: TorchWheel,
  options: ProgramOptions,
): Promise<void> {
  const { device, version, indexUrl = device === "cpu" ? cpuIndex : undefined, extraIndexUrls = [] } = wheel;
  const parameters = [
    ...["-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"],
    // Nothing of its Python is run.
    "--no-compile",
    // Without CUDA, libtorch is all in the one wheel; what it depends on is for Python.
    ...(device === "cpu" ? ["--no-deps"] : []),
    ...(indexUrl === undefined ? [] : ["--index-url", indexUrl]),
    ...extraIndexUrls.flatMap((url) => ["--extra-index-url", url]),
    version === undefined ? "torch" : `torch==${version}`,
  ];
  const result = await runProgram(environmentPython(folder), parameters, options);
  if (result.status === 0) return;
  const full = diskFull(result.lines, folder);
  if (full !== null) throw full;
  throw installFailure("pip could not install torch", pipRemedy(result.lines), said(result));
}

function pipRemedy(lines: readonly string[]): string {
  const has = (sign: RegExp) => lines.some((line) => sign.test(line));
  // An index that cannot be reached ends in the other message too.
  if (has(/Failed to establish|NewConnectionError|Temporary failure in name resolution|ProxyError|timed out/))
    return "Check the connection to the package index; behind a proxy set https_proxy, and name a mirror with --index-url.";
  if (has(/No matching distribution|Could not find a version/))
    return "The index may have no torch of that version for this Python and machine: choose another with --version, another Python with --python, or another index with --index-url.";
  if (has(/SSL|CERTIFICATE/i))
    return "The index's certificate is not trusted here; set PIP_CERT to the file of your authority.";
  return "See pip's output below.";
}

function said({ status, lines }: ProgramResult): readonly string[] {
  return typeof status === "number" ? lines : [...lines, status.message];
}
