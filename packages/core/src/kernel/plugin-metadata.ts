import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { rarlError } from "../errors/rarl-error.js";
import { componentKindNames } from "./component-kinds.js";
import type { ComponentKind } from "./define-plugin.js";
import { readJsonFile } from "./read-json-file.js";

const metadataSchema = z.looseObject({
  apiVersion: z.string(),
  /** Kind of component to the names that the plugin registers. */
  provides: z.partialRecord(z.enum(componentKindNames), z.array(z.string())).optional(),
});

/** What a package says of its plugin under `rarl` in package.json, so that it can be listed without running it. */
export interface PluginMetadata {
  readonly package: string;
  readonly version: string;
  readonly description: string;
  readonly apiVersion: string;
  readonly provides: Readonly<Partial<Record<ComponentKind, readonly string[] | undefined>>>;
}

/** The nearest package.json at or above `file`; null when there is none. */
function nearestManifest(file: string): string | null {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) return manifest;
    if (folder === path.dirname(folder)) return null;
  }
}

/**
 * The announcement of the package that `file` belongs to; null when it makes none.
 * @throws RarlError `PLUGIN_INVALID` when `rarl` is malformed
 */
export async function readPluginMetadata(file: string, use: string): Promise<PluginMetadata | null> {
  const manifest = nearestManifest(file);
  if (manifest === null) return null;
  const fields = z
    .looseObject({
      name: z.string().default(""),
      version: z.string().default(""),
      description: z.string().default(""),
      rarl: z.unknown().optional(),
    })
    .safeParse(await readJsonFile(manifest));
  if (!fields.success || fields.data.rarl === undefined) return null;
  const announced = metadataSchema.safeParse(fields.data.rarl);
  if (!announced.success) {
    const problems = announced.error.issues.map(
      ({ path: at, message }) => `rarl.${at.join(".")} in ${manifest}: ${message}`,
    );
    throw rarlError("PLUGIN_INVALID", { use, problems });
  }
  const { name, version, description } = fields.data;
  const { apiVersion, provides = {} } = announced.data;
  return { package: name, version, description, apiVersion, provides };
}
