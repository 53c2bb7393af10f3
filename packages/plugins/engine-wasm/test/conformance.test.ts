import { engineConformance } from "@rarl-sdk/core/testing";
import { WasmEngine } from "@rarl-sdk/engine-wasm";

describe("engine-wasm conforms", () => {
  for (const check of engineConformance(() => new WasmEngine())) it(check.name, () => check.run());
});
