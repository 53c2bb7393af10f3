import { z } from "zod";
import type { RecordSet } from "../records/record-set.js";
import { parquetRecords } from "../tables/parquet-records.js";
import { releaseShape } from "./release-options.js";

/** Options of the data source `sat`. */
export const satOptions = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe(
    "A parquet file of the release, such as SAT_static.parquet, or a `*` in its name.",
  ),
});

export type SatOptions = z.output<typeof satOptions>;

/** The SAT release: questions with options on one or more images, which stand as bytes in the file. */
export async function satRecords(path: string, _: SatOptions, signal?: AbortSignal): Promise<RecordSet> {
  const columns = {
    images: "image_bytes",
    question: "question",
    answer: "correct_answer",
    choices: "answers",
  };
  const set = await parquetRecords(
    {
      path,
      columns: { ...columns, meta: {} },
      extraColumns: ["question_type"],
      finish: (sample, row) => {
        const { question_type: type } = row;
        return typeof type === "string" && type !== ""
          ? { ...sample, meta: { ...sample.meta, questionType: type } }
          : sample;
      },
    },
    signal,
  );
  return { ...set, name: "sat" };
}
