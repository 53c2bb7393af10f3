import { definePlugin } from "@rarl-sdk/core";
import { WasmEngine } from "./wasm-engine.js";

/** Registers the engine `wasm`. */
export const engineWasmPlugin = definePlugin({
  name: "engine-wasm",
  apiVersion: "1.0",
  apply(context) {
    context.engines.add("wasm", WasmEngine, { description: "embedded WebAssembly engine, needs npm alone" });
  },
});
