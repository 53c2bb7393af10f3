// Builds the addon of @tensorflow/tfjs-node from its npm sources against the TensorFlow of a Python, instead of the
// libtensorflow 2.9.1 that the package downloads when it is installed.
//   node build-tfjs-node.mjs --python PYTHON --into FOLDER
// FOLDER gets a node_modules with the package; RARL_TFJS_NODE=FOLDER/node_modules/@tensorflow/tfjs-node then names it.
// PYTHON must have the package tensorflow or tensorflow-cpu. Tried with 2.21.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const version = "4.22.0";
const { values } = parseArgs({ options: { python: { type: "string" }, into: { type: "string" } } });
if (values.python === undefined || values.into === undefined) {
  console.error("usage: node build-tfjs-node.mjs --python PYTHON --into FOLDER");
  process.exit(2);
}
const into = resolve(values.into);
const home = join(into, "node_modules/@tensorflow/tfjs-node");
const addon = join(home, "lib/napi-v8/tfjs_binding.node");

const find = "import importlib.util as u; print(u.find_spec('tensorflow').submodule_search_locations[0])";
const tensorflow = execFileSync(values.python, ["-c", find], { encoding: "utf8" }).trim();
if (existsSync(addon)) {
  console.log(`${home} is built already`);
  process.exit(0);
}

mkdirSync(into, { recursive: true });
if (!existsSync(join(into, "package.json")))
  writeFileSync(join(into, "package.json"), '{ "private": true }\n');
run(
  "npm",
  [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    `@tensorflow/tfjs-node@${version}`,
  ],
  into,
);

// The library's own names: libtensorflow_cc of a wheel is what the addon calls libtensorflow.
rmSync(join(home, "deps"), { recursive: true, force: true });
mkdirSync(join(home, "deps/lib"), { recursive: true });
symlinkSync(join(tensorflow, "include"), join(home, "deps/include"));
for (const [found, wanted] of [
  ["libtensorflow_cc.so", "libtensorflow.so"],
  ["libtensorflow_framework.so", "libtensorflow_framework.so"],
]) {
  const file = readdirSync(tensorflow).find((name) => name.startsWith(found));
  if (file === undefined) {
    console.error(`${tensorflow} has no ${found}`);
    process.exit(1);
  }
  // Under the name it is linked by and the name it is loaded by.
  for (const name of new Set([wanted, file]))
    symlinkSync(join(tensorflow, file), join(home, "deps/lib", name));
}

const require = createRequire(fileURLToPath(new URL("../../engine-torch/package.json", import.meta.url)));
const gyp = join(dirname(require.resolve("node-gyp/package.json")), "bin/node-gyp.js");
const prefix = dirname(dirname(process.execPath));
const headers = existsSync(join(prefix, "include/node/node_api.h")) ? [`--nodedir=${prefix}`] : [];
const module = ["--module_name=tfjs_binding", `--module_path=${dirname(addon)}`, "--napi_build_version=8"];
run(process.execPath, [gyp, "rebuild", ...headers, ...module], home);
console.log(`built ${addon} against the TensorFlow in ${tensorflow}`);

function run(command, parameters, cwd) {
  const { status, stderr, stdout } = spawnSync(command, parameters, { cwd, encoding: "utf8" });
  if (status === 0) return;
  console.error(`${stdout}\n${stderr}`);
  process.exit(1);
}
