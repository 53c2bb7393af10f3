import { definePlugin } from "@rarl-sdk/core";
import { Grpo } from "./grpo.js";
import { grpoOptions } from "./options.js";

/** Registers the algorithm `grpo`. */
export const grpoPlugin = definePlugin({
  name: "grpo",
  apiVersion: "1.0",
  apply(context) {
    context.algorithms.add("grpo", Grpo, {
      options: grpoOptions,
      description: "Group relative policy optimisation with grpo, bnpo, dr_grpo and dapo losses",
    });
  },
});

export default grpoPlugin;
