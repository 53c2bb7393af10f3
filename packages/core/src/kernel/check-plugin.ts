import { z } from "zod";
import { rarlError } from "../errors/rarl-error.js";
import { apiVersion, isApiVersion, isCompatible } from "./api-version.js";
import type { Plugin } from "./define-plugin.js";

/** By the shape and not by the class, so that a schema of a plugin's own copy of zod passes. */
function isObjectSchema(value: unknown): boolean {
  const definition = (value as { _zod?: { def?: { type?: unknown } } } | null | undefined)?._zod?.def;
  return definition?.type === "object";
}

const pluginSchema = z.looseObject({
  name: z.string("name is missing").min(1, "name is empty"),
  apiVersion: z
    .string("apiVersion is missing")
    .refine(isApiVersion, `apiVersion is not a version such as "${apiVersion}"`),
  requires: z
    .array(z.string("requires holds something that is no name"), "requires is not a list of names")
    .optional(),
  options: z.custom(isObjectSchema, "options is not a zod object schema").optional(),
  apply: z.custom((value) => typeof value === "function", "apply is not a function"),
});

/** @throws RarlError `PLUGIN_API_VERSION` */
export function checkApiVersion(plugin: string, version: string, where: string): void {
  if (isCompatible(version)) return;
  throw rarlError("PLUGIN_API_VERSION", { plugin, apiVersion: version, host: apiVersion, where });
}

/**
 * Checks that a module's export is a plugin for this host. `use` is how the configuration names it.
 * @throws RarlError `PLUGIN_INVALID`, `PLUGIN_API_VERSION`
 */
export function checkPlugin(exported: unknown, use: string): Plugin {
  if (typeof exported !== "object" || exported === null) {
    throw rarlError("PLUGIN_INVALID", {
      use,
      problems: ["neither a default export nor one named `plugin` is an object"],
    });
  }
  const checked = pluginSchema.safeParse(exported);
  if (!checked.success) {
    throw rarlError("PLUGIN_INVALID", { use, problems: checked.error.issues.map(({ message }) => message) });
  }
  checkApiVersion(checked.data.name, checked.data.apiVersion, "the plugin's apiVersion");
  return exported as Plugin;
}
