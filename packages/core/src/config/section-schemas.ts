import { z } from "zod";
import { ruleFamilies } from "../evaluation/rules/rule-scores.js";
import { bytesPattern } from "../run/bytes.js";
import type { ComponentKind } from "../kernel/define-plugin.js";
import type { Kernel } from "../kernel/kernel.js";

const steps = z.int().min(1);
// No \p classes: JSON Schema validators read patterns without the u flag.
const fileName = /^[^\s/\\:*?"<>|.-][^\s/\\:*?"<>|]*$/;

/** Names that become folders. */
export const folderName = z
  .string()
  .regex(fileName, 'must not begin with a dot or hyphen, nor hold spaces or any of / \\ : * ? " < > |');

/** Keys that the sections of a kind share, beside `name` and the component's own options. */
export const sharedSections = {
  engines: {
    device: z
      .string()
      .min(1)
      .optional()
      .describe("cpu, cuda, cuda:1, …; the engine's own choice when absent"),
    threads: z.int().min(1).optional().describe("Threads of the engine; its own choice when absent"),
    weights: z
      .enum(["auto", "f32", "bf16", "int8"])
      .optional()
      .describe("How frozen matrices are kept; as their file does, where the engine can, when absent"),
    memory: z
      .string()
      .regex(bytesPattern, "must be a number and MB, GB, MiB or GiB, such as 16GB")
      .optional()
      .describe(
        "Memory a run may use, such as 16GB: chooses recomputation and micro-batches; free when absent",
      ),
  },
  optimizers: {
    learningRate: z.number().positive().default(1e-5).describe("Peak learning rate"),
    schedule: z
      .strictObject({
        kind: z.enum(["constant", "linear", "cosine"]).default("constant"),
        warmupSteps: z.int().min(0).default(0).describe("Steps over which the learning rate rises from 0"),
        finalRatio: z
          .number()
          .min(0)
          .max(1)
          .default(0)
          .describe("Learning rate at the end as a share of the peak"),
      })
      .prefault({})
      .describe("How the learning rate changes over the run"),
    maxGradNorm: z
      .number()
      .positive()
      .nullable()
      .default(1)
      .describe("Global norm to clip gradients to; null is off"),
  },
  rewards: {
    weight: z.number().default(1).describe("Factor in the weighted sum of rewards"),
    label: z
      .string()
      .min(1)
      .optional()
      .describe("Column of the score table; the reward's name by default, unique"),
  },
  judges: {
    label: folderName
      .optional()
      .describe("Names the file of its verdicts; the judge's name by default, unique"),
  },
  dataSources: {
    limit: z.int().min(1).nullable().default(null).describe("Use the first so many samples; null is all"),
    shuffle: z.boolean().default(true).describe("Draw the samples in random order, anew each epoch"),
  },
} as const satisfies Partial<Record<ComponentKind, z.core.$ZodLooseShape>>;

/** Fields of a section of that kind that do not depend on the chosen component. */
export function sharedShape(kind: ComponentKind): z.core.$ZodLooseShape {
  return kind in sharedSections ? sharedSections[kind as keyof typeof sharedSections] : {};
}

/**
 * The schema of a section `{ name, …options }`: one member a registered component. With `byDefault`, that component
 * is meant when there is no name.
 */
export function sectionSchema(kernel: Kernel, kind: ComponentKind, byDefault?: string): z.ZodType {
  const shared = sharedShape(kind);
  const nameSchema = (name: string, description: string) =>
    name === byDefault
      ? z.literal(name).optional().default(name).describe(description)
      : z.literal(name).describe(description);
  const members: z.ZodObject[] = kernel
    .components(kind)
    .map(({ name, description, optionsSchema }) =>
      optionsSchema.safeExtend({ name: nameSchema(name, description), ...shared }),
    );
  if (kind === "engines") {
    members.push(
      z.strictObject({ name: nameSchema("auto", "The available engine of the highest priority"), ...shared }),
    );
  }
  return z.discriminatedUnion("name", members as never);
}

export const trainingSchema = z
  .strictObject({
    epochs: z.number().positive().default(5).describe("Passes over the training data"),
    steps: steps.nullable().default(null).describe("Steps of the run; goes before epochs unless null"),
    checkpointEvery: steps.default(100).describe("Steps between checkpoints"),
    keepCheckpoints: z.int().min(1).default(3).describe("Newest checkpoints to keep"),
    evaluateEvery: steps.nullable().default(null).describe("Steps between evaluations; null is never"),
    evaluateBefore: z.boolean().default(false).describe("Evaluate before the first step"),
    evaluateAfter: z.boolean().default(true).describe("Evaluate after the last step"),
    stopAfterNonFinite: steps
      .default(5)
      .describe("Updates in a row with non-finite gradients that end the run"),
  })
  .describe("How long to train, and when to save and evaluate");

export const evaluationSchema = z
  .strictObject({
    style: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe("Inference style of the prompt set; null is its first"),
    maxNewTokens: z.int().min(1).default(256).describe("Longest completion, tokens"),
    batchSize: z.int().min(1).default(16).describe("Prompts sampled together"),
    temperature: z.number().min(0).default(0).describe("0 takes the likeliest token"),
    scores: z
      .array(z.enum(ruleFamilies))
      .default(["open-answer"])
      .describe("Rule scores beside exact match; llava-med-compat and vqa-med count as those scripts do"),
  })
  .describe("How completions are sampled and scored in evaluations");

const pluginOptions = z.record(z.string(), z.unknown());

export const pluginsSchema = z
  .array(
    z.union([
      z.string().min(1),
      z.strictObject({
        use: z.string().min(1).describe("Package name, or path from the configuration's folder"),
        options: pluginOptions.default({}).describe("The plugin's own options"),
      }),
    ]),
  )
  .describe("Plugins to load beside the built-in ones: package names or paths from this file's folder");
