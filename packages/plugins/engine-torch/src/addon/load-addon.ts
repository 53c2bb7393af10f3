import { createRequire } from "node:module";
import { rarlError } from "@rarl-sdk/core";
import { findLibtorch, type LibtorchPlaces } from "../libtorch/find-libtorch.js";
import type { Libtorch } from "../libtorch/libtorch.js";
import {
  addonFile,
  addonFolder,
  buildsFolder,
  builtFor,
  mismatch,
  readRecord,
  recordFor,
} from "./addon-record.js";
import type { NativeAddon } from "./native-addon.js";

export type AddonLookup =
  | {
      readonly usable: true;
      readonly libtorch: Libtorch;
      readonly file: string;
      /** See `LibtorchSearch`. */
      readonly passedOver: readonly string[];
    }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

const build =
  "Run `rarl-sdk engine install torch --existing`, which compiles the addon; it needs a C++ compiler (g++ and make).";

/**
 * Finds the libtorch and the addon built against it. Loads nothing: whether the two belong together is told from what
 * was written when the addon was built, since loading the wrong libtorch could end the process.
 */
export async function lookUpAddon(
  places: LibtorchPlaces & { readonly builds?: string } = {},
): Promise<AddonLookup> {
  const { builds = buildsFolder } = places;
  const search = await findLibtorch(places);
  if (!search.found) return { usable: false, reason: search.reason, remedy: search.remedy };
  const { libtorch, passedOver } = search;
  const folder = addonFolder(libtorch, builds);
  const record = readRecord(folder);
  if (record === null) {
    const others = builtFor(builds);
    const there = others.length === 0 ? "" : ` (there is one for libtorch ${others.join(" and ")})`;
    return {
      usable: false,
      reason: `its addon is not built for libtorch ${libtorch.version} in ${libtorch.root}${there}`,
      remedy: build,
    };
  }
  const flaw = mismatch(record, recordFor(libtorch));
  if (flaw !== null)
    return {
      usable: false,
      reason: `its addon does not fit: ${flaw}`,
      remedy: `${build} It then builds anew.`,
    };
  return { usable: true, libtorch, file: addonFile(folder), passedOver };
}

/**
 * Loads the addon and with it libtorch.
 * @throws RarlError `ENGINE_UNAVAILABLE`
 */
export function loadAddon(file: string): NativeAddon {
  try {
    return createRequire(import.meta.url)(file) as NativeAddon;
  } catch (error) {
    throw rarlError(
      "ENGINE_UNAVAILABLE",
      {
        engine: "torch",
        reason: `its addon cannot be loaded: ${(error as Error).message.split("\n")[0]!}`,
        remedy:
          "Check that libtorch is complete (`rarl-sdk engine install torch --force` gets a new one), or build the addon anew: `rarl-sdk engine install torch --existing --force`.",
      },
      { cause: error },
    );
  }
}
