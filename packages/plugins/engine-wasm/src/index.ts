export { engineWasmPlugin, engineWasmPlugin as default } from "./plugin.js";
export { WasmEngine } from "./wasm-engine.js";
