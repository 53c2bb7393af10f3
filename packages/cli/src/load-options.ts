import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { settings, type Interfaces } from "@oclif/core";

/**
 * How oclif finds this package's commands: in `dist`, as package.json says, or in `src` when this module itself runs
 * from there. oclif's own way of finding sources registers a second TypeScript loader, which is why it is off.
 */
export async function loadOptions(): Promise<Interfaces.LoadOptions> {
  settings.enableAutoTranspile = false;
  const here = fileURLToPath(import.meta.url);
  const root = path.dirname(path.dirname(here));
  const text = await readFile(path.join(root, "package.json"), "utf8");
  const manifest = here.endsWith(".ts") ? text.replaceAll('"./dist/index.js"', '"./src/index.ts"') : text;
  return { root, pjson: JSON.parse(manifest) as Interfaces.PJSON };
}
