import { availableParallelism } from "node:os";
import {
  injectable,
  rarlError,
  type EngineInstallation,
  type EngineInstallRequest,
  type EngineMemory,
  type EngineOptions,
  type EngineProbe,
  type TensorEngine,
  type WeightStorage,
} from "@rarl-sdk/core";
import { registerCompositeKernels } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { loadAddon, lookUpAddon } from "./addon/load-addon.js";
import { TorchBackend } from "./backend/torch-backend.js";
import { registerTorchKernels } from "./kernels/register-kernels.js";

/**
 * PyTorch's kernels from Node.js, without Python: a TensorFlow.js backend over the user's libtorch. Work is done on a
 * thread of its own, so that JavaScript runs ahead and the event loop stays free.
 */
@injectable()
export class TorchEngine implements TensorEngine {
  readonly name = "torch";
  readonly priority = 100;

  /** Loads nothing: a missing libtorch costs a look at the file system. */
  async probe(): Promise<EngineProbe> {
    const lookup = await lookUpAddon();
    if (!lookup.usable) return { available: false, reason: lookup.reason, remedy: lookup.remedy };
    const { version, root, cuda } = lookup.libtorch;
    const device = cuda ? "CPU and CUDA build" : "CPU build";
    const notes = lookup.passedOver.map((note) => `; ${note}`).join("");
    return {
      available: true,
      version,
      detail: `libtorch ${version} in ${root}, ${device}, up to ${availableParallelism()} threads${notes}`,
    };
  }

  async activate(options: EngineOptions): Promise<{ readonly device: string }> {
    const lookup = await lookUpAddon();
    if (!lookup.usable) {
      throw rarlError("ENGINE_UNAVAILABLE", {
        engine: this.name,
        reason: lookup.reason,
        remedy: lookup.remedy,
      });
    }
    const addon = loadAddon(lookup.file);
    const device = this.chosenDevice(options.device, addon.cudaDevices);
    const { threads, weights = "auto" } = options;
    if (!isCurrent(device, threads, weights)) {
      if ((tf.findBackend(this.name) as unknown) != null) tf.removeBackend(this.name);
      tf.registerBackend(this.name, () => new TorchBackend(addon, device, threads ?? 0, weights));
      registerTorchKernels(this.name);
      registerCompositeKernels(this.name);
    }
    if (!(await tf.setBackend(this.name))) {
      throw rarlError("ENGINE_UNAVAILABLE", {
        engine: this.name,
        reason: `libtorch could not start on ${device}`,
        remedy: "Choose another engine.device.",
      });
    }
    return { device };
  }

  /** Gets a libtorch by Python's pip and compiles the addon against it. */
  async install(request: EngineInstallRequest): Promise<EngineInstallation> {
    const { installTorch } = await import("./install/install-torch.js");
    return installTorch(request);
  }

  memory(): EngineMemory {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  /** Waits for what is enqueued; the backend stays for runs that follow in this process. */
  async dispose(): Promise<void> {
    const backend = tf.findBackend(this.name) as TorchBackend | null;
    await backend?.drain();
  }

  private chosenDevice(asked: string | undefined, cudaDevices: number): string {
    if (asked === undefined) return cudaDevices > 0 ? "cuda:0" : "cpu";
    const index = /^cuda(?::(\d+))?$/.exec(asked);
    if (asked === "cpu") return asked;
    if (index !== null && Number(index[1] ?? 0) < cudaDevices) return `cuda:${index[1] ?? 0}`;
    throw rarlError("ENGINE_UNAVAILABLE", {
      engine: this.name,
      reason: `it has no device "${asked}" (${cudaDevices} CUDA devices are seen)`,
      remedy:
        "Leave engine.device out, or use a CUDA build of libtorch on a machine with a GPU and its driver.",
    });
  }
}

/** Whether the backend there is does as asked; its tensors must not be lost for nothing. */
function isCurrent(device: string, threads: number | undefined, weights: WeightStorage): boolean {
  const backend = tf.findBackend("torch") as TorchBackend | null;
  return (
    backend !== null &&
    backend.device === device &&
    backend.weights === weights &&
    (threads === undefined || backend.threads === threads)
  );
}
