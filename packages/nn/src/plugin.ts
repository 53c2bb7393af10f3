import { definePlugin } from "@rarl-sdk/core";
import { AdamW, adamWOptions } from "./optimizer/adamw.js";

/** Registers what `@rarl-sdk/nn` offers as run components: the optimizer `adamw`. */
export const nnPlugin = definePlugin({
  name: "nn",
  apiVersion: "1.0",
  apply(context) {
    context.optimizers.add("adamw", AdamW, {
      options: adamWOptions,
      description: "Adam with decoupled weight decay",
    });
  },
});
