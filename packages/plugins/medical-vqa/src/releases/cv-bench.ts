import { basename } from "node:path";
import { z } from "zod";
import type { RecordSet } from "../records/record-set.js";
import { parquetRecords } from "../tables/parquet-records.js";
import { releaseShape } from "./release-options.js";

/** Options of the data source `cv-bench`. */
export const cvBenchOptions = z.strictObject({
  ...releaseShape,
  path: releaseShape.path.describe("Folder of the release, with test_2d.parquet and test_3d.parquet in it."),
});

export type CvBenchOptions = z.output<typeof cvBenchOptions>;

/**
 * The CV-Bench release, which is a test set. `meta` has questionType (Count, Relation, Depth, Distance), dimension and
 * source (ADE20K, COCO, Omni3D), by which its official score is averaged.
 */
export async function cvBenchRecords(
  folder: string,
  _: CvBenchOptions,
  signal?: AbortSignal,
): Promise<RecordSet> {
  const set = await parquetRecords(
    {
      path: `${folder}/test_*.parquet`,
      columns: {
        image: "image",
        question: "question",
        answer: "answer",
        choices: "choices",
        meta: { questionType: "task", dimension: "type", source: "source" },
      },
      extraColumns: ["idx"],
      // idx counts anew in each file.
      finish: (sample, row) => {
        const part = basename(sample.origin.file, ".parquet").replace("test_", "");
        const index = typeof row.idx === "bigint" ? Number(row.idx) : sample.origin.record;
        return { ...sample, id: `${part}-${index}` };
      },
    },
    signal,
  );
  return { ...set, name: "cv-bench", path: folder };
}
