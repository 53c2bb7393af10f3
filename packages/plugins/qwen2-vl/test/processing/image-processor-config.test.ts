import { expect } from "chai";
import { readImageProcessorConfig } from "../../src/processing/image-processor-config.js";
import { fixture, rejection, withFolder } from "../fixtures/support.js";

/** The released preprocessor_config.json. */
const released = {
  min_pixels: 3136,
  max_pixels: 12845056,
  patch_size: 14,
  temporal_patch_size: 2,
  merge_size: 2,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  image_processor_type: "Qwen2VLImageProcessor",
};

const read = (stored: object, overrides = {}) =>
  withFolder({ "preprocessor_config.json": stored }, (directory) =>
    readImageProcessorConfig(directory, overrides),
  );

describe("readImageProcessorConfig", () => {
  it("reads the released file", async () => {
    expect(await read(released)).to.deep.equal({
      minPixels: 3136,
      maxPixels: 12845056,
      patchSize: 14,
      temporalPatchSize: 2,
      mergeSize: 2,
      rescaleFactor: 1 / 255,
      mean: released.image_mean,
      deviation: released.image_std,
    });
  });

  it("reads the processor file that transformers 5.18 writes", async () => {
    const config = await readImageProcessorConfig(fixture("saved"));
    expect(config).to.include({ minPixels: 3136, maxPixels: 200704, patchSize: 14, rescaleFactor: 1 / 255 });
  });

  it("takes limits from either spelling of size, below the top level, below options", async () => {
    const rest = { ...released, min_pixels: undefined, max_pixels: undefined };
    const edges = { ...rest, size: { shortest_edge: 100, longest_edge: 1000 } };
    const areas = { ...rest, size: { min_pixels: 200, max_pixels: 2000 } };
    expect(await read(edges)).to.include({ minPixels: 100, maxPixels: 1000 });
    expect(await read(areas)).to.include({ minPixels: 200, maxPixels: 2000 });
    expect(await read({ ...edges, max_pixels: 5000 })).to.include({ minPixels: 100, maxPixels: 5000 });
    expect(await read(released, { maxPixels: 9000, minPixels: undefined })).to.include({
      minPixels: 3136,
      maxPixels: 9000,
    });
  });

  it("assumes no limit that the file does not state", async () => {
    const rest = { ...released, max_pixels: undefined };
    const error = await rejection(read(rest));
    expect(error.code).to.equal("CHECKPOINT_CONFIG_INVALID");
    expect(error.message).to.include("max_pixels");
  });

  const invalid: Record<string, object> = {
    resample: { resample: 2 },
    do_normalize: { do_normalize: false },
    min_pixels: { min_pixels: 20_000_000 },
    image_mean: { image_mean: [0.5] },
    patch_size: { patch_size: "14" },
  };
  for (const [field, change] of Object.entries(invalid)) {
    it(`refuses a ${field} that it cannot follow`, async () => {
      const error = await rejection(read({ ...released, ...change }));
      expect(error.code).to.equal("CHECKPOINT_CONFIG_INVALID");
      expect(error.message).to.include(field);
    });
  }

  it("names the missing file", async () => {
    const error = await rejection(withFolder({}, (directory) => readImageProcessorConfig(directory)));
    expect(error.code).to.equal("CHECKPOINT_FILE_MISSING");
    expect(error.message).to.include("preprocessor_config.json");
  });
});
