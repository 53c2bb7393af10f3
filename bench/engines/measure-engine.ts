// Measures one engine in a process of its own; started by run.ts, prints one JSON object.
import "reflect-metadata";
import type { TensorEngine } from "@rarl-sdk/core";
import { measureDecoderLayer } from "./cases/decoder-layer.js";
import { measureOverhead } from "./cases/overhead.js";
import { measureProducts } from "./cases/products.js";
import type { Measurement } from "./measure.js";

const engines: Record<string, () => Promise<TensorEngine>> = {
  torch: async () => new (await import("@rarl-sdk/engine-torch")).TorchEngine(),
  wasm: async () => new (await import("@rarl-sdk/engine-wasm")).WasmEngine(),
};
const cases: Record<string, () => Promise<Measurement[]>> = {
  overhead: measureOverhead,
  products: measureProducts,
  layer: measureDecoderLayer,
};

const [name, threads, wanted] = process.argv.slice(2) as [string, string, string];
const engine = await engines[name]!();
const probe = await engine.probe();
if (probe.available) {
  await engine.activate(name === "wasm" ? {} : { threads: Number(threads) });
  const measurements: Measurement[] = [];
  for (const one of wanted.split(",")) measurements.push(...((await cases[one]?.()) ?? []));
  console.log(JSON.stringify({ version: probe.version, detail: probe.detail, measurements }));
} else {
  console.log(JSON.stringify({ unavailable: `${probe.reason}. ${probe.remedy}` }));
}
await engine.dispose();
