import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { RarlError, randomStream } from "@rarl-sdk/core";
import { LoraAdapter } from "../../src/lora-adapter.js";
import { LoraFactory } from "../../src/lora-factory.js";
import { loraOptions } from "../../src/options.js";
import { tinyLinears, type TestLinear } from "./test-linears.js";

export const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

export async function useWasm(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(entry) + sep);
  await setBackend("wasm");
  await ready();
}

export interface Attached {
  readonly linears: readonly TestLinear[];
  readonly adapter: LoraAdapter;
  /** The layer whose name ends so. */
  linear(ending: string): TestLinear;
  dispose(): void;
}

/** Attaches an adapter with these options to the tiny model's layers. */
export async function attach(options: unknown = {}, seed = 1): Promise<Attached> {
  const linears = tinyLinears();
  const disposeLinears = () => {
    for (const linear of linears) linear.dispose();
  };
  const factory = new LoraFactory(loraOptions.parse(options), fixtures);
  try {
    const adapter = await factory.attach({ linears: () => linears }, randomStream(seed));
    return {
      linears,
      adapter,
      linear: (ending) => linears.find(({ name }) => name.endsWith(ending))!,
      dispose: () => {
        adapter.dispose();
        disposeLinears();
      },
    };
  } catch (error) {
    disposeLinears();
    throw error;
  }
}

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "rarl-lora-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Awaits a failure of the catalogue; anything else is thrown on. */
export async function catalogueError(work: Promise<unknown>): Promise<RarlError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RarlError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
