import type { EngineMemory, EngineOptions, EngineProbe, TensorEngine } from "@rarl-sdk/core";
import { injectable, rarlError } from "@rarl-sdk/core";
import { registerCompositeKernels } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { version_wasm } from "@tensorflow/tfjs-backend-wasm";
import { installSliceKernel } from "./slice-kernel.js";

/**
 * TensorFlow.js's WebAssembly backend: the embedded engine, which needs nothing but the npm registry. One thread,
 * f32, at most 4 GB. Products are fast only in the plain form A·B: with a transposed factor they take about ten times as
 * long, so weights are kept as `[in, out]` and gradients transpose explicitly; `@rarl-sdk/nn` sees to both.
 */
@injectable()
export class WasmEngine implements TensorEngine {
  readonly name = "wasm";
  readonly priority = 10;

  probe(): Promise<EngineProbe> {
    // The package carries its binary; what can be missing is WebAssembly itself (a runtime started with --jitless).
    if (!("WebAssembly" in globalThis)) {
      return Promise.resolve({
        available: false,
        reason: "this Node.js runs without WebAssembly",
        remedy: "Start Node.js without --jitless.",
      });
    }
    return Promise.resolve({
      available: true,
      version: version_wasm,
      detail: "TensorFlow.js WebAssembly backend with SIMD, one thread, 4 GB at most",
    });
  }

  async activate(options: EngineOptions): Promise<{ readonly device: string }> {
    if (options.device !== undefined && options.device !== "cpu") {
      throw rarlError("ENGINE_UNAVAILABLE", {
        engine: this.name,
        reason: `it has no device "${options.device}"`,
        remedy: "Leave engine.device out, or choose an engine that has the device.",
      });
    }
    if (options.threads !== undefined && options.threads !== 1) {
      throw rarlError("ENGINE_UNAVAILABLE", {
        engine: this.name,
        reason: `it runs on one thread, not on ${options.threads}`,
        remedy: "Leave engine.threads out, or choose an engine that has threads.",
      });
    }
    const { weights = "auto" } = options;
    if (weights !== "auto" && weights !== "f32") {
      throw rarlError("ENGINE_UNAVAILABLE", {
        engine: this.name,
        reason: `it keeps weights in float32, not in ${weights}`,
        remedy: "Leave engine.weights out, or choose an engine that can (torch).",
      });
    }
    if (!(await tf.setBackend("wasm"))) {
      throw rarlError("ENGINE_UNAVAILABLE", {
        engine: this.name,
        reason: "the WebAssembly module could not be started",
        remedy: "Check that the machine has free memory and that node_modules is complete (npm ci).",
      });
    }
    installSliceKernel();
    registerCompositeKernels("wasm");
    return { device: "cpu" };
  }

  memory(): EngineMemory {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  dispose(): Promise<void> {
    // The backend is a process-wide singleton of TensorFlow.js; runs that follow in this process use it again.
    return Promise.resolve();
  }
}
