import { z } from "zod";

/** Whether JavaScript can read the expression; PEFT's are Python's, and the common part is large. */
export function isExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

const expression = z.string().min(1).refine(isExpression, { error: "is not a regular expression" });

/** A list of module names or name endings, or one regular expression over whole module paths, as in PEFT. */
const modules = z.union([z.array(z.string().min(1)).min(1), expression]);

const pattern = (value: z.ZodNumber) => z.record(expression, value);

/** Options of `adapter: { name: lora, … }`. Those without a value follow `from`, or else `defaultStructure`. */
export const loraOptions = z.strictObject({
  r: z.int().positive().optional().describe("Rank of the update; 8 by default"),
  alpha: z.number().positive().optional().describe("Scale of the update is alpha / r; 16 by default"),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("Share of the adapter's inputs that is dropped in training; 0 by default"),
  targets: modules
    .optional()
    .describe(
      "Layers to adapt: name endings, or one regular expression; q_proj, k_proj, v_proj, o_proj by default",
    ),
  exclude: modules.optional().describe("Layers to leave out, in the same form"),
  rankPattern: pattern(z.int().positive())
    .optional()
    .describe("Ranks of layers whose path ends in a pattern"),
  alphaPattern: pattern(z.number().positive())
    .optional()
    .describe("Alphas of layers whose path ends in a pattern"),
  useRslora: z
    .boolean()
    .optional()
    .describe("Scale by alpha / sqrt(r) (rank-stabilised LoRA); off by default"),
  keyStyle: z
    .enum(["new", "old"])
    .default("new")
    .describe(
      "Names in saved files: as transformers 4.52 and later loads them (new), or as earlier ones did (old)",
    ),
  from: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of a saved adapter to start from, relative to the configuration file"),
  baseModelName: z
    .string()
    .min(1)
    .optional()
    .describe("Base model as saved files name it, such as Qwen/Qwen2-VL-2B-Instruct"),
});

export type LoraOptions = z.output<typeof loraOptions>;
