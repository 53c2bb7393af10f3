import { z } from "zod";

const kind = z.enum(["open", "closed", "choice"]);
const fact = z.union([z.string(), z.number(), z.boolean()]);
const oneOrMore = <Value extends z.ZodType>(value: Value) => z.union([value, z.array(value).min(1)]);
const words = oneOrMore(z.string()).optional();

const filter = z.strictObject({
  kind: oneOrMore(kind).optional().describe("Keep questions of this kind or these kinds."),
  modality: words.describe("Keep these values of meta.modality; letter case does not count."),
  organ: words.describe("Keep these values of meta.organ."),
  language: words.describe("Keep these values of meta.language."),
  questionType: words.describe("Keep these values of meta.questionType."),
  meta: z
    .record(z.string(), oneOrMore(fact))
    .optional()
    .describe("Keep records whose meta has all of these values, or one of a list of them."),
});

const part = z
  .strictObject({
    name: z.string().describe("The part to use; one of those in `of`."),
    of: z
      .record(z.string().min(1), z.number().positive().max(1))
      .describe("All parts with their shares, such as {train: 0.8, test: 0.2}; they sum to 1."),
    seed: z.int().min(0).default(42),
    groupBy: z
      .enum(["image", "sample"])
      .default("image")
      .describe("image: questions on one image fall into one part. sample: each for itself."),
  })
  .refine(({ name, of }) => Object.hasOwn(of, name), {
    path: ["name"],
    error: "is none of the parts in `of`",
  })
  .refine(({ of }) => Math.abs(Object.values(of).reduce((sum, share) => sum + share, 0) - 1) < 1e-9, {
    path: ["of"],
    error: "the shares do not sum to 1",
  });

const subset = z.strictObject({
  size: z.int().positive().describe("So many samples; all when there are fewer."),
  seed: z.int().min(0).default(42),
  stratifyBy: z
    .array(z.string().min(1))
    .default(["kind"])
    .describe("Keep the shares of these: kind, or keys of meta. A larger subset holds the smaller ones."),
});

/** Which records of a data set are used; the options that every data source here has. */
export const selectionShape = {
  filter: filter.optional().describe("Keep only some of the records."),
  part: part.optional().describe("Divide the records at random, but always alike, and use one part."),
  subset: subset.optional().describe("Draw a stratified subset, always the same."),
};

export type SelectionOptions = z.output<z.ZodObject<typeof selectionShape>>;
