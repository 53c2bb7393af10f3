import { createKernel, type DataSource, type Dataset, type Sample } from "@rarl-sdk/core";
import { medicalVqaPlugin } from "../../src/index.js";
import { samplesOf } from "./open-dataset.js";

/** A data source by its name in a configuration, with paths from `folder`. */
export async function sourceOf(name: string, options: object, folder: string): Promise<DataSource> {
  const kernel = await createKernel({ builtins: [medicalVqaPlugin], baseDirectory: folder });
  return kernel.create("dataSources", name, options);
}

export async function opened(
  name: string,
  options: object,
  folder: string,
): Promise<{ readonly dataset: Dataset; readonly samples: readonly Sample[] }> {
  const dataset = await (await sourceOf(name, options, folder)).open();
  return { dataset, samples: await samplesOf(dataset) };
}
