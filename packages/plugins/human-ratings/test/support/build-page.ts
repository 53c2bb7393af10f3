import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../src/page", import.meta.url));

/** Brings the page's compiled modules up to date: the server sends those, also when a test runs from the sources. */
export function buildPage(): void {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-b", page], { stdio: "pipe", encoding: "utf8" });
}
