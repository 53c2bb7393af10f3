import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

/** A name that is not this machine's and yet leads to it. */
export const foreignName = "evil.example";

/** Names under which distributions install Chromium or Chrome. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser of this machine, or null: RARL_CHROMIUM, or the first of the usual names on the path. */
export function findBrowser(): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const candidates = [process.env["RARL_CHROMIUM"] ?? "", ...places];
  return candidates.find((file) => file !== "" && isExecutable(file)) ?? null;
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  // Containers run as root, where Chromium's sandbox does not start; the pages are our own. The foreign name leads here
  // as that of an attacker's server would after DNS rebinding.
  const args = ["--no-sandbox", `--host-resolver-rules=MAP ${foreignName} 127.0.0.1`];
  return chromium.launch({ executablePath, args, env: { ...process.env, http_proxy: "" } });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
