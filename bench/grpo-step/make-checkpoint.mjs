// Writes a checkpoint with random weights, one tensor in memory at a time, and random images.
import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeShardedCheckpoint } from "@rarl-sdk/nn";
import sharp from "sharp";
import { tensorsOf } from "./shapes.mjs";

const embedded = fileURLToPath(new URL("../../examples/quickstart/base", import.meta.url));

/** Uniform values with standard deviation `deviation`, by xorshift32. */
function randomValues(count, seed, deviation) {
  const values = new Float32Array(count);
  const scale = (2 * deviation * Math.sqrt(3)) / 2 ** 32;
  let state = seed | 1;
  for (let index = 0; index < count; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = state * scale;
  }
  return values;
}

function* randomTensors(shape) {
  const dtype = shape.torch_dtype === "bfloat16" ? "BF16" : "F32";
  for (const [index, [name, sizes, start]] of tensorsOf(shape).entries()) {
    const count = sizes.reduce((a, b) => a * b, 1);
    // Linears keep the scale of what they are given; the tied embedding is the model's own 0.02.
    const deviation = name.includes("embed_tokens") ? 0.02 : (count / sizes[0]) ** -0.5;
    const data = () =>
      start === "random"
        ? randomValues(count, 0x9e3779b9 * (index + 1), deviation)
        : new Float32Array(count).fill(start === "ones" ? 1 : 0);
    yield { name, dtype, shape: sizes, data };
  }
}

/** Makes `directory` a loadable checkpoint of that shape, unless it is one already. */
export async function makeCheckpoint(directory, shape) {
  if (await exists(join(directory, "complete"))) return;
  await mkdir(directory, { recursive: true });
  for (const file of ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
    await copyFile(join(embedded, file), join(directory, file));
  const write = (file, value) => writeFile(join(directory, file), `${JSON.stringify(value, null, 2)}\n`);
  await write("config.json", shape);
  const { bos_token_id, pad_token_id, eos_token_id } = shape;
  await write("generation_config.json", { bos_token_id, pad_token_id, eos_token_id, do_sample: true });
  await write("preprocessor_config.json", {
    min_pixels: 56 * 56,
    max_pixels: 28 * 28 * 1280,
    patch_size: 14,
    temporal_patch_size: 2,
    merge_size: 2,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_std: [0.26862954, 0.26130258, 0.27577711],
    image_processor_type: "Qwen2VLImageProcessor",
    processor_class: "Qwen2VLProcessor",
  });
  await writeShardedCheckpoint(directory, randomTensors(shape));
  await writeFile(join(directory, "complete"), "");
}

/** Images of noise, one a step, so that no step finds its image already seen. */
export async function makeImages(directory, count, [width, height]) {
  await mkdir(directory, { recursive: true });
  const files = [];
  for (let index = 0; index < count; index++) {
    const file = join(directory, `${width}x${height}-${index}.png`);
    files.push(file);
    if (await exists(file)) continue;
    const noise = randomValues(width * height * 3, 77 + 2 * index, 1);
    const pixels = Uint8Array.from(noise, (value) => 128 + 60 * value);
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(file);
  }
  return files;
}

function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}
