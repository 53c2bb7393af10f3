import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Hash (SHA-256, hex) of the names and bytes of a folder's own safetensors and JSON files; subfolders do not count. */
export async function fingerprintDirectory(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => /\.(?:safetensors|json)$/.test(name)).sort();
  const hash = createHash("sha256");
  for (const name of names) {
    hash.update(`${name}\0`);
    await pipeline(createReadStream(join(directory, name)), hash, { end: false });
  }
  return hash.digest("hex");
}
