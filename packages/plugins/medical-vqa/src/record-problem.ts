import { rarlError, type RarlError, type Sample } from "@rarl-sdk/core";
import type { ImageCheck } from "./data-file.js";

/**
 * What is wrong with a record beside its own fields: an id used before, or an image that is not there. Remembers the
 * id in `firstRecords`.
 */
export async function recordProblem(
  sample: Sample,
  firstRecords: Map<string, number>,
  images: ImageCheck,
): Promise<RarlError | null> {
  const { file, record } = sample.origin;
  const firstRecord = firstRecords.get(sample.id);
  if (firstRecord !== undefined) {
    const problems = [`id: already used by record ${firstRecord}`];
    return rarlError("DATA_INVALID", { file, record, sample: sample.id, problems });
  }
  firstRecords.set(sample.id, record);
  const paths = sample.images.flatMap((image) => ("path" in image ? [image.path] : []));
  const missing = await images.firstMissing(paths);
  if (missing === null) return null;
  return rarlError("IMAGE_MISSING", { file: missing, sample: sample.id, dataFile: file, record });
}
