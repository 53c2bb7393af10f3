import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { readJsonIfPresent } from "../config/read-json.js";

/** How images become pixel values; part of every image's content hash. */
export interface ImageProcessorConfig {
  /** Smallest and largest area after resizing, in pixels. */
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly patchSize: number;
  readonly temporalPatchSize: number;
  readonly mergeSize: number;
  /** Factor from bytes to the scale of mean and deviation. */
  readonly rescaleFactor: number;
  /** Of red, green and blue. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export interface ImageProcessorOverrides {
  readonly minPixels?: number | undefined;
  readonly maxPixels?: number | undefined;
}

const area = z.int().positive();
const rgb = z.array(z.number()).length(3);
const BICUBIC = 3;

const processorSchema = z.looseObject({
  min_pixels: area.nullish(),
  max_pixels: area.nullish(),
  size: z
    .looseObject({
      min_pixels: area.nullish(),
      max_pixels: area.nullish(),
      shortest_edge: area.nullish(),
      longest_edge: area.nullish(),
    })
    .nullish(),
  patch_size: z.int().positive(),
  temporal_patch_size: z.int().positive(),
  merge_size: z.int().positive(),
  image_mean: rgb,
  image_std: rgb,
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  resample: z.int().default(BICUBIC),
  do_resize: z.boolean().default(true),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  do_convert_rgb: z.boolean().nullish(),
});

/**
 * Image preprocessing of a checkpoint: preprocessor_config.json, or the `image_processor` part of
 * processor_config.json (transformers 5). Limits at the top level win over those in `size`, whose `shortest_edge` and
 * `longest_edge` are areas despite their names; `overrides` win over both.
 * @throws RarlError `CHECKPOINT_FILE_MISSING`, `CHECKPOINT_CONFIG_INVALID`
 */
export async function readImageProcessorConfig(
  directory: string,
  overrides: ImageProcessorOverrides = {},
): Promise<ImageProcessorConfig> {
  const { file, stored } = await readStored(directory);
  const invalid = (field: string, problem: string): Error =>
    rarlError("CHECKPOINT_CONFIG_INVALID", { file, field, problem });
  if (stored.resample !== BICUBIC)
    throw invalid("resample", `${stored.resample} is not ${BICUBIC} (bicubic)`);
  for (const step of ["do_resize", "do_rescale", "do_normalize"] as const) {
    if (!stored[step]) throw invalid(step, "must be true");
  }
  const minPixels =
    overrides.minPixels ?? stored.min_pixels ?? stored.size?.min_pixels ?? stored.size?.shortest_edge;
  const maxPixels =
    overrides.maxPixels ?? stored.max_pixels ?? stored.size?.max_pixels ?? stored.size?.longest_edge;
  // Upstream's class default for the upper limit is not the released files' value, so none is assumed.
  if (minPixels === undefined || minPixels === null) throw invalid("min_pixels", "is missing");
  if (maxPixels === undefined || maxPixels === null) throw invalid("max_pixels", "is missing");
  if (minPixels > maxPixels)
    throw invalid("min_pixels", `${minPixels} is more than max_pixels, ${maxPixels}`);
  return {
    minPixels,
    maxPixels,
    patchSize: stored.patch_size,
    temporalPatchSize: stored.temporal_patch_size,
    mergeSize: stored.merge_size,
    rescaleFactor: stored.rescale_factor,
    mean: stored.image_mean,
    deviation: stored.image_std,
  };
}

async function readStored(
  directory: string,
): Promise<{ file: string; stored: z.output<typeof processorSchema> }> {
  const older = join(directory, "preprocessor_config.json");
  const stored = await readJsonIfPresent(older, processorSchema);
  if (stored !== undefined) return { file: older, stored };
  const newer = join(directory, "processor_config.json");
  const processor = await readJsonIfPresent(newer, z.looseObject({ image_processor: processorSchema }));
  if (processor !== undefined) return { file: newer, stored: processor.image_processor };
  throw rarlError("CHECKPOINT_FILE_MISSING", { file: older });
}
