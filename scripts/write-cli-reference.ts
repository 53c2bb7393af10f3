/**
 * Writes docs/reference/cli.md from the commands' own descriptions:
 *   node --conditions=rarl-source --import tsx scripts/write-cli-reference.ts
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { cliReference } from "../packages/cli/src/reference.js";

const file = path.resolve(import.meta.dirname, "../docs/reference/cli.md");
await writeFile(file, await format(cliReference(), { ...(await resolveConfig(file)), filepath: file }));
