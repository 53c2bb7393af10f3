import type { Dataset } from "../contracts/data-source.js";

/** The first `limit` samples of a data set; all of them when null. The fingerprint tells the limit. */
export function limitDataset(dataset: Dataset, limit: number | null): Dataset {
  if (limit === null || limit >= dataset.length) return dataset;
  return {
    name: dataset.name,
    length: limit,
    fingerprint: `${dataset.fingerprint}[:${limit}]`,
    problems: dataset.problems,
    leftOut: (dataset.leftOut ?? 0) + dataset.length - limit,
    async *[Symbol.asyncIterator]() {
      let remaining = limit;
      for await (const sample of dataset) {
        if (remaining-- <= 0) return;
        yield sample;
      }
    },
  };
}
