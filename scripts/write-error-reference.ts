/**
 * Writes docs/reference/errors.md from the error catalogue:
 *   node --conditions=rarl-source --import tsx scripts/write-error-reference.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { errorReference } from "@rarl-sdk/core";
import { format, resolveConfig } from "prettier";

const file = path.resolve(import.meta.dirname, "../docs/reference/errors.md");
await mkdir(path.dirname(file), { recursive: true });
await writeFile(file, await format(errorReference(), { ...(await resolveConfig(file)), filepath: file }));
