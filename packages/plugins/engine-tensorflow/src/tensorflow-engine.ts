import {
  injectable,
  rarlError,
  type EngineMemory,
  type EngineOptions,
  type EngineProbe,
  type TensorEngine,
} from "@rarl-sdk/core";
import { registerCompositeKernels } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { findTfjsNode } from "./find-tfjs-node.js";
import { loadTfjsNode, needsPolyfill, type TfjsNodeBackend } from "./load-tfjs-node.js";

/** Threads that TensorFlow was loaded with; it cannot change them afterwards. */
let loadedThreads: number | null | undefined;

/**
 * TensorFlow's kernels through the tfjs-node-gpu or tfjs-node that the user has installed, found when it is asked for.
 * Models run on the composites of `@rarl-sdk/nn`, so it is slower than torch.
 */
@injectable()
export class TensorflowEngine implements TensorEngine {
  readonly name = "tensorflow";
  readonly priority = 50;

  /** Loads nothing: a missing package costs a look at the file system. */
  probe(): Promise<EngineProbe> {
    const search = findTfjsNode();
    if (!search.found)
      return Promise.resolve({ available: false, reason: search.reason, remedy: search.remedy });
    const { name, version, folder, libtensorflow } = search.package;
    const library =
      libtensorflow === null ? "libtensorflow of unknown version" : `libtensorflow ${libtensorflow}`;
    const polyfill = needsPolyfill()
      ? ", util.isNullOrUndefined given back to it, which this Node.js lacks"
      : "";
    return Promise.resolve({
      available: true,
      version,
      detail: `${name} over ${library} in ${folder}${polyfill}`,
    });
  }

  async activate({ device, threads, weights = "auto" }: EngineOptions): Promise<{ readonly device: string }> {
    if (weights !== "auto" && weights !== "f32") {
      throw this.unavailable(
        `it keeps weights in float32, not in ${weights}`,
        "Leave engine.weights out, or choose an engine that can (torch).",
      );
    }
    const search = findTfjsNode();
    if (!search.found) {
      const { reason, remedy } = search;
      throw rarlError("ENGINE_UNAVAILABLE", { engine: this.name, reason, remedy });
    }
    if (loadedThreads === undefined) {
      loadTfjsNode(search.package, threads);
      loadedThreads = threads ?? null;
    } else if (threads !== undefined && threads !== loadedThreads) {
      throw this.unavailable(
        `TensorFlow runs in this process with ${loadedThreads ?? "its own choice of"} threads`,
        "Leave engine.threads as it was, or start another process.",
      );
    }
    if (!(await tf.setBackend(this.name))) {
      throw this.unavailable("TensorFlow could not be started", "Choose another engine.");
    }
    registerCompositeKernels(this.name);
    const isGpu = (tf.backend() as unknown as TfjsNodeBackend).isUsingGpuDevice;
    const own = isGpu ? "cuda:0" : "cpu";
    if (device !== undefined && device !== own && !(isGpu && device === "cuda")) {
      throw this.unavailable(
        `it has no device "${device}"; ${search.package.name} runs on ${own}`,
        "Leave engine.device out, or choose an engine that has the device.",
      );
    }
    return { device: own };
  }

  memory(): EngineMemory {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  dispose(): Promise<void> {
    // The backend belongs to the process, as TensorFlow itself does; runs that follow use it again.
    return Promise.resolve();
  }

  private unavailable(reason: string, remedy: string) {
    return rarlError("ENGINE_UNAVAILABLE", { engine: this.name, reason, remedy });
  }
}
