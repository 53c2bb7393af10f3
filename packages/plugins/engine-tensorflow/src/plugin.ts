import { definePlugin } from "@rarl-sdk/core";
import { TensorflowEngine } from "./tensorflow-engine.js";

/** Registers the engine `tensorflow`. */
export const engineTensorflowPlugin = definePlugin({
  name: "engine-tensorflow",
  apiVersion: "1.0",
  apply(context) {
    context.engines.add("tensorflow", TensorflowEngine, {
      description: "TensorFlow's kernels through your own @tensorflow/tfjs-node-gpu or tfjs-node",
    });
  },
});
