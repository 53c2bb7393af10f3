import { didYouMean, rarlError } from "@rarl-sdk/core";
import { z } from "zod";

const column = z.string().min(1).optional();

/** Which column of a table is which field of a sample; by default those of the same name. */
export const columnsOption = z
  .strictObject({
    id: column.describe("Without one, a record's id is its file's name and its position."),
    image: column.describe("A path, or in parquet encoded bytes or a struct of them."),
    images: column.describe("A list of what `image` may be."),
    question: column,
    answer: column,
    reasoning: column,
    kind: column.describe("Values are open, closed or choice, in any letter case."),
    choices: column.describe("A list of texts; in CSV one text with a vertical bar between them."),
    meta: z
      .record(z.string().min(1), z.string().min(1))
      .optional()
      .describe("Fact to column, such as {modality: Modality}."),
  })
  .optional()
  .describe("Field to column, such as {question: Question, answer: short_answer}.");

export type ColumnsOption = z.output<typeof columnsOption>;

export const mappedFields = [
  "id",
  "image",
  "images",
  "question",
  "answer",
  "reasoning",
  "kind",
  "choices",
] as const;
const imageFields: readonly string[] = ["image", "images"];
type MappedField = (typeof mappedFields)[number];

/** Columns by field. */
export interface ColumnMapping {
  readonly fields: Readonly<Partial<Record<MappedField, string>>>;
  readonly meta: Readonly<Record<string, string>>;
}

/** The mapping of records whose columns are not known beforehand, such as JSON objects. */
export function mappingOf(option: ColumnsOption): ColumnMapping {
  const fields = Object.fromEntries(mappedFields.map((field) => [field, option?.[field] ?? field]));
  return { fields, meta: option?.meta ?? {} };
}

/**
 * The mapping of a table with these columns. A column that is named must be there; the question and the answer too.
 * @throws RarlError `DATA_INVALID`
 */
export function mappingOfTable(
  option: ColumnsOption,
  columns: readonly string[],
  file: string,
): ColumnMapping {
  const fields: Partial<Record<MappedField, string>> = {};
  const problems: string[] = [];
  const missing = (field: string, name: string) => {
    const near = didYouMean(name, columns);
    const hint = near === null ? "" : ` (did you mean ${near}?)`;
    problems.push(`${field}: there is no column ${name}${hint}; there are ${columns.join(", ")}`);
  };
  for (const field of mappedFields) {
    const named = option?.[field];
    // A column that happens to be called image does not stand against the one that is named.
    if (named === undefined && imageFields.includes(field) && (option?.image ?? option?.images) !== undefined)
      continue;
    const name = named ?? field;
    if (columns.includes(name)) fields[field] = name;
    else if (named !== undefined || field === "question" || field === "answer") missing(field, name);
  }
  const meta = option?.meta ?? {};
  for (const [fact, name] of Object.entries(meta)) if (!columns.includes(name)) missing(`meta.${fact}`, name);
  if (problems.length > 0) throw rarlError("DATA_INVALID", { file, problems });
  return { fields, meta };
}
