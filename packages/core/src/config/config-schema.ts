import { z } from "zod";
import type { Kernel } from "../kernel/kernel.js";
import {
  evaluationSchema,
  folderName,
  pluginsSchema,
  sectionSchema,
  trainingSchema,
} from "./section-schemas.js";

/** Refuses two sections of a list that would write under the same label. */
function uniqueLabels(list: "rewards" | "judges") {
  return (sections: readonly unknown[], context: z.core.$RefinementCtx): void => {
    const seen = new Map<string, number>();
    for (const [index, section] of sections.entries()) {
      const { name, label = name } = section as { name: string; label?: string };
      const first = seen.get(label);
      if (first === undefined) seen.set(label, index);
      else {
        const [thing, one] = list === "rewards" ? ["column", "reward"] : ["label", "judge"];
        context.addIssue({
          code: "custom",
          message: `the ${thing} "${label}" is taken by ${list}[${first}]; give this ${one} a label of its own`,
          path: [index, "label"],
        });
      }
    }
  };
}

/** `judges:` and what judges may ask for, as the whole schema has them; alone for judging apart from a run. */
export function judgingShape(kernel: Kernel) {
  return {
    textSimilarity: sectionSchema(kernel, "similarities", "token-f1")
      .prefault({})
      .describe("How two texts are compared by rewards and judges that ask for it"),
    judges: z
      .array(sectionSchema(kernel, "judges"))
      .superRefine(uniqueLabels("judges"))
      .default([])
      .describe("Who grades evaluations"),
  };
}

/** The schema of a configuration file, composed from the components that the kernel's plugins have registered. */
export function configSchema(kernel: Kernel) {
  const dataSource = sectionSchema(kernel, "dataSources");
  return z
    .strictObject({
      name: folderName.default("run").describe("Name of the run; begins the name of its folder"),
      seed: z.int().min(0).default(42).describe("Everything random comes from it"),
      output: z
        .string()
        .min(1)
        .default("runs")
        .describe("Folder that receives run folders, from this file's folder"),
      engine: sectionSchema(kernel, "engines", "auto").prefault({}).describe("Tensor engine"),
      model: sectionSchema(kernel, "backbones").describe("The model to train"),
      adapter: sectionSchema(kernel, "adapters")
        .nullable()
        .default(null)
        .describe("Small trainable weights beside the frozen model; null trains the model itself"),
      algorithm: sectionSchema(kernel, "algorithms").describe("How samples become weight updates"),
      optimizer: sectionSchema(kernel, "optimizers", "adamw")
        .prefault({})
        .describe("How gradients become new weights"),
      data: z
        .strictObject({
          train: dataSource.describe("Training data"),
          evaluation: z.record(folderName, dataSource).default({}).describe("Evaluation sets by name"),
        })
        .describe("Where samples come from"),
      prompts: sectionSchema(kernel, "promptSets").describe("How questions are put to the model"),
      rewards: z
        .array(sectionSchema(kernel, "rewards"))
        .superRefine(uniqueLabels("rewards"))
        .default([])
        .describe("What completions are rewarded for; their weighted sum is the reward"),
      ...judgingShape(kernel),
      training: trainingSchema.prefault({}),
      evaluation: evaluationSchema.prefault({}),
      trackers: z
        .array(sectionSchema(kernel, "trackers"))
        .prefault([{ name: "jsonl" }])
        .describe("Who records the run"),
      plugins: pluginsSchema.default([]),
    })
    .describe("A training run of the RARL SDK");
}

/** The composed schema as JSON Schema (draft-07, of what may be written), for editors. */
export function configJsonSchema(kernel: Kernel): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configSchema(kernel), {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // A kind without components: draft-07 allows no empty oneOf, and nothing is valid there.
      if (jsonSchema.oneOf?.length !== 0) return;
      delete jsonSchema.oneOf;
      jsonSchema.not = {};
    },
  });
  return { title: "RARL SDK configuration", ...schema };
}
