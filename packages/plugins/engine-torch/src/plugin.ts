import { definePlugin } from "@rarl-sdk/core";
import { TorchEngine } from "./torch-engine.js";

/** Registers the engine `torch`. */
export const engineTorchPlugin = definePlugin({
  name: "engine-torch",
  apiVersion: "1.0",
  apply(context) {
    context.engines.add("torch", TorchEngine, {
      description: "PyTorch's kernels through libtorch, on CPUs and NVIDIA GPUs; needs a libtorch",
    });
  },
});
