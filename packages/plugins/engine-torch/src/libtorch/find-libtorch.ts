import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { installedLibtorch } from "./installed-libtorch.js";
import { inspectLibtorch, type Libtorch, type LibtorchOrigin, type NotLibtorch } from "./libtorch.js";

export type LibtorchSearch =
  | {
      readonly found: true;
      readonly libtorch: Libtorch;
      /** What was there before it in the order and cannot be used, a sentence each. */
      readonly passedOver: readonly string[];
    }
  | { readonly found: false; readonly reason: string; readonly remedy: string };

export interface LibtorchPlaces {
  /** Environment that RARL_LIBTORCH, PATH and the place of the cache are read from; that of the process by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Prefixes of a system's own libtorch. */
  readonly systemPrefixes?: readonly string[];
}

const howToGetOne =
  "Run `rarl-sdk engine install torch`, which gets one and builds the addon; or set RARL_LIBTORCH to the folder of yours " +
  "and run `rarl-sdk engine install torch --existing`.";

/**
 * Looks for a libtorch: the folder RARL_LIBTORCH (`none` to look for none), the one that `rarl-sdk engine install torch`
 * made, the torch package of the `python3` on the PATH, the system's. The first that is there is used, and nothing is
 * loaded.
 */
export async function findLibtorch(places: LibtorchPlaces = {}): Promise<LibtorchSearch> {
  const { environment = process.env, systemPrefixes = ["/usr/local", "/usr"] } = places;
  const named = environment["RARL_LIBTORCH"];
  if (named === "none") {
    return {
      found: false,
      reason: "RARL_LIBTORCH is none",
      remedy: "Unset RARL_LIBTORCH to have a libtorch looked for.",
    };
  }
  if (named !== undefined && named !== "") {
    const inspected = inspectLibtorch(named, "RARL_LIBTORCH");
    if (!("missing" in inspected)) return { found: true, libtorch: inspected, passedOver: [] };
    return {
      found: false,
      reason: `RARL_LIBTORCH names no libtorch: ${inspected.missing}`,
      remedy:
        "Set RARL_LIBTORCH to the torch folder of a pip installation or to an unpacked libtorch, or unset it.",
    };
  }
  const flaws: string[] = [];
  for (const [folder, origin] of await candidates(environment, systemPrefixes)) {
    const inspected: Libtorch | NotLibtorch = inspectLibtorch(folder, origin);
    if (!("missing" in inspected)) return { found: true, libtorch: inspected, passedOver: flaws };
    const whose = { installed: "the installed libtorch", python3: "the torch of python3" }[origin as string];
    if (whose !== undefined) flaws.push(`${whose} cannot be used: ${inspected.missing}`);
  }
  return { found: false, reason: flaws[0] ?? "no libtorch was found", remedy: howToGetOne };
}

async function candidates(
  environment: NodeJS.ProcessEnv,
  systemPrefixes: readonly string[],
): Promise<[string, LibtorchOrigin][]> {
  const installed = installedLibtorch(environment);
  const ofPython = await pythonTorchFolder("python3", environment);
  return [
    ...(installed === null ? [] : [[installed.folder, "installed"] as [string, LibtorchOrigin]]),
    ...(ofPython === null ? [] : [[ofPython, "python3"] as [string, LibtorchOrigin]]),
    ...systemPrefixes.map((prefix): [string, LibtorchOrigin] => [prefix, "system"]),
  ];
}

/** Finding the package does not import it, which would take seconds. A folder `torch` in the current one is no package. */
const findSpec =
  "import sys; sys.path = [p for p in sys.path if p]; " +
  "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";

/** Folder of the torch package of a Python; null where that has none or cannot answer. */
export async function pythonTorchFolder(
  python: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", findSpec], {
      env: environment,
      timeout: 20_000,
    });
    const folder = stdout.trim();
    return folder === "" ? null : folder;
  } catch {
    return null;
  }
}
