import type { Dataset } from "../contracts/data-source.js";
import type { Sample } from "../contracts/sample.js";
import { rarlError } from "../errors/rarl-error.js";

/**
 * The samples of a data set: annotations only, images stay on disk.
 * @throws RarlError `SAMPLE_ID_DUPLICATE`, `DATA_EMPTY`
 */
export async function collectSamples(dataset: Dataset): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const ids = new Set<string>();
  for await (const sample of dataset) {
    const { id, origin } = sample;
    if (ids.has(id)) throw rarlError("SAMPLE_ID_DUPLICATE", { id, ...origin });
    ids.add(id);
    samples.push(sample);
  }
  if (samples.length === 0) {
    throw rarlError("DATA_EMPTY", {
      file: dataset.name,
      reason: "it was opened, and nothing came out of it",
    });
  }
  return samples;
}
