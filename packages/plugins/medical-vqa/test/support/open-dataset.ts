import { isRarlError, type Dataset, type DataSource, type RarlError, type Sample } from "@rarl-sdk/core";

export async function samplesOf(dataset: Dataset): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push(sample);
  return samples;
}

/** The catalogue error by which `source` refuses to open. */
export async function refusal(source: DataSource): Promise<RarlError> {
  try {
    await source.open();
  } catch (error) {
    if (isRarlError(error)) return error;
    throw error;
  }
  throw new Error("the data set opened");
}
