import { createRequire } from "node:module";
import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { registerStandardGradients } from "@rarl-sdk/nn";
import type { TfjsNode } from "./find-tfjs-node.js";

/** What tfjs-node's backend tells about itself. */
export interface TfjsNodeBackend {
  readonly isUsingGpuDevice: boolean;
}

/** Functions of Node's `util` that tfjs-node 4.22 calls and Node 23 no longer has. */
const polyfills = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: (value: unknown) => Array.isArray(value),
};

/** Whether this Node lacks what tfjs-node asks of it, so that it is given back. */
export function needsPolyfill(): boolean {
  return !("isNullOrUndefined" in util());
}

function util(): Record<string, unknown> {
  // The module's own object, which a require gives and an import only copies.
  return createRequire(import.meta.url)("node:util") as Record<string, unknown>;
}

/**
 * Loads tfjs-node and with it libtensorflow; the backend `tensorflow` is registered afterwards.
 * @param threads of an operation, which TensorFlow reads once when it is loaded
 * @throws RarlError `ENGINE_UNAVAILABLE`
 */
export function loadTfjsNode({ name, folder }: TfjsNode, threads: number | undefined): void {
  for (const [key, polyfill] of Object.entries(polyfills)) util()[key] ??= polyfill;
  // Its notices of the CPU's instructions and of oneDNN, unless they are asked for.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  if (threads !== undefined) process.env["TF_NUM_INTRAOP_THREADS"] = String(threads);
  try {
    createRequire(join(folder, "package.json"))(folder);
    // It brings TensorFlow.js whole, whose gradients took the place of ours.
    registerStandardGradients({ replace: true });
  } catch (error) {
    throw rarlError(
      "ENGINE_UNAVAILABLE",
      {
        engine: "tensorflow",
        reason: `${name} cannot be loaded: ${(error as Error).message.split("\n")[0]!}`,
        remedy: `Check that its libtensorflow is complete (\`npm rebuild ${name}\`) and fits this machine.`,
      },
      { cause: error },
    );
  }
}
