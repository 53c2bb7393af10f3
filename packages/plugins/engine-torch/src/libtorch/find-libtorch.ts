import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inspectLibtorch, type Libtorch, type LibtorchOrigin, type NotLibtorch } from "./libtorch.js";

export type LibtorchSearch =
  | { readonly found: true; readonly libtorch: Libtorch }
  | { readonly found: false; readonly reason: string; readonly remedy: string };

export interface LibtorchPlaces {
  /** Environment that RARL_LIBTORCH and PATH are read from; that of the process by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Prefixes of a system's own libtorch. */
  readonly systemPrefixes?: readonly string[];
}

const howToGetOne =
  "Install one (`pip install torch`, or libtorch-dev of the system) or set RARL_LIBTORCH to its folder, then run `npm run build`.";

/**
 * Looks for a libtorch: the folder RARL_LIBTORCH (`none` to look for none), the torch package of the `python3` on the
 * PATH, the system's. The first that is there is used, and nothing is loaded.
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
    if (!("missing" in inspected)) return { found: true, libtorch: inspected };
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
    if (!("missing" in inspected)) return { found: true, libtorch: inspected };
    if (origin === "python3") flaws.push(`the torch of python3 cannot be used: ${inspected.missing}`);
  }
  return { found: false, reason: flaws[0] ?? "no libtorch was found", remedy: howToGetOne };
}

async function candidates(
  environment: NodeJS.ProcessEnv,
  systemPrefixes: readonly string[],
): Promise<[string, LibtorchOrigin][]> {
  const ofPython = await pythonTorchFolder(environment);
  const ofSystem = systemPrefixes.map((prefix): [string, LibtorchOrigin] => [prefix, "system"]);
  return ofPython === null ? ofSystem : [[ofPython, "python3"], ...ofSystem];
}

/** Finding the package does not import it, which would take seconds. */
const findSpec =
  "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";

async function pythonTorchFolder(environment: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("python3", ["-c", findSpec], {
      env: environment,
      timeout: 20_000,
    });
    const folder = stdout.trim();
    return folder === "" ? null : folder;
  } catch {
    // No python3, or one that cannot answer: the same as one without torch.
    return null;
  }
}
