import { z } from "zod";

/** Options of `model: { name: qwen2-vl, … }`. */
export const qwen2VLOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe("checkpoint folder in the Hugging Face layout, relative to the configuration file"),
  train: z
    .enum(["none", "language", "all"])
    .default("none")
    .describe("weights of the model itself that train when there is no adapter"),
  minPixels: z
    .int()
    .positive()
    .optional()
    .describe("smallest image area in pixels; the checkpoint's own when absent"),
  maxPixels: z
    .int()
    .positive()
    .optional()
    .describe("largest image area in pixels; the checkpoint's own when absent"),
  recompute: z
    .boolean()
    .default(false)
    .describe("compute each layer's activations again in the backward pass instead of keeping them"),
  plainForm: z
    .boolean()
    .default(false)
    .describe(
      "share and cache nothing: an image and a prompt for every completion in every pass, every token from a pass of " +
        "its own; slow, for checking that results do not change",
    ),
  imageCacheMegabytes: z
    .number()
    .positive()
    .default(1024)
    .describe("image embeddings kept in memory; what exceeds it is kept on disk until the run ends"),
  imageCacheDiskMegabytes: z
    .number()
    .min(0)
    .default(8192)
    .describe("image embeddings kept on disk; what exceeds it is computed again"),
});

export type Qwen2VLOptions = z.output<typeof qwen2VLOptions>;
