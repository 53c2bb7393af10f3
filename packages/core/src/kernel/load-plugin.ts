import { pathToFileURL } from "node:url";
import { rarlError } from "../errors/rarl-error.js";
import { isRarlError, reasonOf } from "../errors/to-rarl-error.js";
import { checkPlugin } from "./check-plugin.js";
import type { Plugin } from "./define-plugin.js";
import { locatePlugin } from "./locate-plugin.js";

/** A CommonJS module's `exports` arrives as the default export, with the real default inside. */
function pickExport(module: Readonly<Record<string, unknown>>): unknown {
  const inner = module["default"] as Readonly<Record<string, unknown>> | undefined;
  const candidates = [inner, module["plugin"], inner?.["default"], inner?.["plugin"]];
  return (
    candidates.find((one) => typeof one === "object" && one !== null && "apply" in one) ??
    inner ??
    module["plugin"]
  );
}

/**
 * Loads the plugin that the configuration names, from its folder.
 * @throws RarlError `PLUGIN_NOT_FOUND`, `PLUGIN_LOAD_FAILED`, `PLUGIN_INVALID`, `PLUGIN_API_VERSION`
 */
export async function loadPlugin(use: string, baseDirectory: string): Promise<Plugin> {
  const { file } = await locatePlugin(use, baseDirectory);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (isRarlError(error)) throw error.within(`plugin "${use}"`);
    throw rarlError("PLUGIN_LOAD_FAILED", { use, file, reason: reasonOf(error) }, { cause: error });
  }
  return checkPlugin(pickExport(module), use);
}
