import { randomStream } from "@rarl-sdk/core";
import { prefersExplicitTranspose } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { finished, summary, times, type Measurement } from "../measure.js";
import { products, weightCopies } from "../shapes.js";

/** Values that are neither zero nor equal, cheap to make at any size. */
export function randomTensor(shape: readonly number[], scale = 0.02): tf.Tensor {
  const random = randomStream(shape.reduce((a, b) => a * b, 1));
  const period = Float32Array.from({ length: 65_521 }, () => (2 * random.uniform() - 1) * scale);
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let at = 0; at < values.length; at += period.length)
    values.set(period.subarray(0, Math.min(period.length, values.length - at)), at);
  return tf.tensor(values, [...shape]);
}

/** Products at the shapes of training and of decoding, over weights too large for the cache. */
export async function measureProducts(): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const { name, m, k, n, transposeB } of products) {
    const a = randomTensor([m, k]) as tf.Tensor2D;
    const weights = Array.from({ length: weightCopies }, () => randomTensor(transposeB ? [n, k] : [k, n]));
    let turn = 0;
    const sorted = await times(async () => {
      const y = tf.tidy(() => {
        const weight = weights[turn++ % weightCopies] as tf.Tensor2D;
        // On wasm a product with a flag takes ten times as long as an explicit transpose, as `@rarl-sdk/nn` knows.
        if (transposeB && prefersExplicitTranspose()) return tf.matMul(a, tf.transpose(weight));
        return tf.matMul(a, weight, false, transposeB);
      });
      await finished(y);
      y.dispose();
    });
    const title = `${name}: ${m}×${k}×${n}`;
    measured.push(summary(title, sorted, { flops: 2 * m * k * n, bytes: 4 * k * n }));
    tf.dispose([a, ...weights]);
  }
  return measured;
}
