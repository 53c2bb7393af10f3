import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RarlError, type EngineOptions, type TensorEngine, type WeightStorage } from "@rarl-sdk/core";
import { linear, loadWeight, openSafetensors, writeSafetensors } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { finished, summary, times, type Measurement } from "../measure.js";
import { shape, weightCopies } from "../shapes.js";
import { randomTensor } from "./products.js";

const { decodeRows: rows, hidden, intermediate } = shape;
const storages: readonly { readonly storage: WeightStorage; readonly bytes: number }[] = [
  { storage: "f32", bytes: 4 },
  { storage: "bf16", bytes: 2 },
  { storage: "int8", bytes: 1 },
];

/**
 * The product of a decode step with frozen weights as the engine keeps them, read from a file of bfloat16; only in the
 * ways it can.
 */
export async function measureStored(engine: TensorEngine, options: EngineOptions): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-stored-"));
  const measured: Measurement[] = [];
  try {
    const path = join(folder, "weights.safetensors");
    const values = randomTensor([intermediate, hidden]);
    const data = (await values.data()) as Float32Array;
    values.dispose();
    // Twice as many as elsewhere, so that int8 does not fit the cache either.
    const names = Array.from({ length: 2 * weightCopies }, (_, index) => `w${index}`);
    await writeSafetensors(
      path,
      names.map((name) => ({
        name,
        dtype: "BF16" as const,
        shape: [intermediate, hidden],
        data: () => Promise.resolve(data),
      })),
    );
    for (const { storage, bytes } of storages) {
      if (!(await activates(engine, { ...options, weights: storage }))) continue;
      const file = await openSafetensors(path);
      const x = randomTensor([rows, hidden]) as tf.Tensor2D;
      const weights: tf.Tensor2D[] = [];
      for (const name of names) weights.push((await loadWeight(file, name)) as tf.Tensor2D);
      let turn = 0;
      const sorted = await times(async () => {
        const y = tf.tidy(() => linear(x, tf.transpose(weights[turn++ % weights.length]!), null));
        await finished(y);
        y.dispose();
      });
      const title = `decode, up, weights kept as ${storage}: ${rows}×${hidden}×${intermediate}`;
      measured.push(
        summary(title, sorted, {
          flops: 2 * rows * hidden * intermediate,
          bytes: bytes * hidden * intermediate,
        }),
      );
      tf.dispose([x, ...weights]);
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return measured;
}

async function activates(engine: TensorEngine, options: EngineOptions): Promise<boolean> {
  try {
    await engine.activate(options);
    return true;
  } catch (error) {
    if (error instanceof RarlError && error.code === "ENGINE_UNAVAILABLE") return false;
    throw error;
  }
}
