// Measures one engine in a process of its own; started by run.ts, prints one JSON object.
import "reflect-metadata";
import type { EngineOptions, TensorEngine } from "@rarl-sdk/core";
import { measureDecode } from "./cases/decode.js";
import { measureDecoderLayer } from "./cases/decoder-layer.js";
import { measureOverhead } from "./cases/overhead.js";
import { measureProducts } from "./cases/products.js";
import { measureStored } from "./cases/stored.js";
import type { Measurement } from "./measure.js";

const engines: Record<string, () => Promise<TensorEngine>> = {
  torch: async () => new (await import("@rarl-sdk/engine-torch")).TorchEngine(),
  tensorflow: async () => new (await import("@rarl-sdk/engine-tensorflow")).TensorflowEngine(),
  wasm: async () => new (await import("@rarl-sdk/engine-wasm")).WasmEngine(),
};
const cases: Record<string, (engine: TensorEngine, options: EngineOptions) => Promise<Measurement[]>> = {
  overhead: measureOverhead,
  products: measureProducts,
  layer: measureDecoderLayer,
  decode: measureDecode,
  // Starts the engine anew for each storage.
  stored: measureStored,
};

const [name, threads, wanted] = process.argv.slice(2) as [string, string, string];
const engine = await engines[name]!();
const probe = await engine.probe();
if (probe.available) {
  const options = name === "wasm" ? {} : { threads: Number(threads) };
  await engine.activate(options);
  const measurements: Measurement[] = [];
  for (const one of wanted.split(",")) measurements.push(...((await cases[one]?.(engine, options)) ?? []));
  console.log(JSON.stringify({ version: probe.version, detail: probe.detail, measurements }));
} else {
  console.log(JSON.stringify({ unavailable: `${probe.reason}. ${probe.remedy}` }));
}
await engine.dispose();
