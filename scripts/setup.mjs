// Brings a bare clone to a state that runs: dependencies from the registry, then an incremental build.
// Node only: this file runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`RARL SDK needs Node.js 20.19 or later; this is ${process.versions.node}.`);
  process.exit(5);
}

const root = new URL("..", import.meta.url);
const stamp = new URL("node_modules/.rarl-setup", root);
const lock = createHash("sha256")
  .update(readFileSync(new URL("package-lock.json", root)))
  .digest("hex");

function run(title, command, parameters) {
  if (title !== "") console.log(title);
  const { status, error } = spawnSync(command, parameters, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error(error?.message ?? `${command} ${parameters.join(" ")} failed`);
    process.exit(status ?? 1);
  }
}

const installed = existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
if (!installed) {
  // No install script is needed by anything the SDK uses; leaving them out keeps the install to the registry alone.
  run("Installing packages …", "npm", [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  writeFileSync(stamp, lock);
}
run("Building …", process.execPath, ["node_modules/typescript/bin/tsc", "-b", "tsconfig.build.json"]);
// The native engine, where there is a libtorch to build it against; one line says what was done.
run("", process.execPath, ["packages/plugins/engine-torch/scripts/build-addon.mjs"]);
