import { z } from "zod";

const count = z.int().positive();

/** Options of the algorithm `grpo`; names follow the field's, defaults follow RARL where the paper gives one. */
export const grpoOptions = z.strictObject({
  groupSize: z.int().min(2).default(8).describe("Completions sampled per prompt (G)."),
  promptsPerStep: count.default(1).describe("Prompts of one micro-step."),
  accumulation: count.default(2).describe("Micro-steps whose gradients are summed into one update."),
  microBatch: count
    .optional()
    .describe(
      "Groups per forward pass; promptsPerStep when absent. Changes memory and, but for topEntropyQuantile, not the loss.",
    ),

  rolloutPrompts: count
    .optional()
    .describe(
      "Prompts sampled together; all of a step when absent. With fewer, the rewards of one batch are computed while " +
        "the next is sampled, by the same weights.",
    ),

  maxNewTokens: count.default(256).describe("Longest completion, in tokens."),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe("Sampling temperature; log-probs are taken at it too."),
  topP: z.number().gt(0).max(1).default(1).describe("Nucleus sampling; 1 is off."),
  topK: z.int().min(0).default(0).describe("Sample among the k likeliest tokens; 0 is off."),
  minP: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Drop tokens below this share of the likeliest; 0 is off."),
  repetitionPenalty: z.number().positive().default(1).describe("Above 1 discourages tokens already seen."),

  beta: z
    .number()
    .min(0)
    .default(0.04)
    .describe("Weight of the KL term; 0 does without a reference forward."),
  epsilonLow: z.number().gt(0).lt(1).default(0.2).describe("Lower clipping range of the ratio."),
  epsilonHigh: z.number().positive().optional().describe("Upper clipping range; epsilonLow when absent."),
  delta: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Two-sided clipping: cap of the unclipped ratio, above 1 + epsilonHigh; null is off."),
  updatesPerRollout: count.default(1).describe("Updates made from one rollout (mu)."),
  lossType: z
    .enum(["grpo", "bnpo", "dr_grpo", "dapo"])
    .default("grpo")
    .describe(
      "How token losses are averaged: per completion then over completions (grpo), over the tokens of a micro-step " +
        "(bnpo), by the constant maxNewTokens (dr_grpo), over the tokens of the whole step (dapo).",
    ),
  importanceSampling: z
    .enum(["token", "sequence"])
    .default("token")
    .describe("One ratio a token, or one a completion from the mean log ratio (GSPO)."),
  scaleRewards: z
    .enum(["group", "batch", "none"])
    .optional()
    .describe(
      "What the advantages are divided by: the group's or the step's deviation; group when absent, none with dr_grpo.",
    ),
  maskTruncated: z
    .boolean()
    .default(false)
    .describe("Leave completions cut at the length limit out of the loss."),
  topEntropyQuantile: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe(
      "Share of tokens, highest entropy first within one forward pass, that carry the policy term; 1 is all.",
    ),
  logEntropy: z.boolean().default(true).describe("Compute and log the mean entropy of the policy."),

  referenceSync: z
    .strictObject({
      every: count.describe("Steps between two moves of the reference."),
      mixup: z.number().gt(0).max(1).default(0.6).describe("Share of the policy in the new reference."),
    })
    .nullable()
    .default(null)
    .describe("Moves the reference policy towards the policy now and then; null keeps the pretrained model."),
  dynamicSampling: z
    .strictObject({ maxTries: count.describe("Further rollouts at most, per step.") })
    .nullable()
    .default(null)
    .describe("Replaces groups without reward variance by groups of further samples (DAPO); null is off."),
  overlong: z
    .strictObject({
      start: z.int().min(0).describe("Tokens from which the penalty begins."),
      cap: count.describe("Tokens from which it is -1."),
    })
    .refine(({ start, cap }) => start < cap, { message: "start must be below cap" })
    .nullable()
    .default(null)
    .describe("Soft over-length penalty added to the reward (DAPO); null is off."),
});

export type GrpoOptions = z.output<typeof grpoOptions>;
export type LossType = GrpoOptions["lossType"];
export type RewardScale = NonNullable<GrpoOptions["scaleRewards"]>;
