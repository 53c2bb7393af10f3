// What this machine can do at most: the rate of a large f32 product and of reading memory, by our own engine, with as
// many threads as the step has. Prints one JSON line.
//   node bench/grpo-step/ours/rates.mjs [threads]
import { TorchEngine } from "@rarl-sdk/engine-torch";
import * as tf from "@tensorflow/tfjs-core";

const engine = new TorchEngine();
await engine.activate({ device: "cpu", threads: Number(process.argv[2] ?? 2) });

/** Seconds of the fastest of `times` runs. */
async function fastest(times, work) {
  let best = Infinity;
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    const result = work();
    await result.data();
    best = Math.min(best, (performance.now() - start) / 1000);
    result.dispose();
  }
  return best;
}

const size = 2048;
const square = tf.randomUniform([size, size], -1, 1);
// Only one value is read back, so that what is measured is the product.
const product = await fastest(6, () => tf.tidy(() => tf.slice(tf.matMul(square, square), [0, 0], [1, 1])));
const [rows, columns] = [8192, 16384]; // 512 MiB
const large = tf.tidy(() => tf.ones([rows, columns]));
const vector = tf.ones([1, rows]);
const summed = await fastest(4, () => tf.sum(large));
const multiplied = await fastest(4, () => tf.tidy(() => tf.slice(tf.matMul(vector, large), [0, 0], [1, 1])));
console.log(
  JSON.stringify({
    flopsPerSecond: (2 * size ** 3) / product,
    bytesPerSecond: (4 * rows * columns) / Math.min(summed, multiplied),
  }),
);
process.exit(0);
