import * as tf from "@tensorflow/tfjs-core";
import { finished, summary, times, type Measurement } from "../measure.js";
import { readBytes } from "../shapes.js";

const chain = 2000;

/** What an operation costs when it has nothing to do, and how fast memory is read. */
export async function measureOverhead(): Promise<Measurement[]> {
  const one = tf.ones([8]);
  const sorted = await times(async () => {
    const y = tf.tidy(() => {
      let x: tf.Tensor = tf.zeros([8]);
      for (let i = 0; i < chain; i++) {
        const next = tf.add(x, one);
        x.dispose();
        x = next;
      }
      return x;
    });
    await finished(y);
    y.dispose();
  });
  const perOperation = sorted.map((time) => time / chain);
  const block = tf.ones([readBytes / 4]);
  const reading = await times(async () => {
    const y = tf.sum(block);
    await finished(y);
    y.dispose();
  });
  tf.dispose([one, block]);
  return [summary("add of 8 values", perOperation), summary("sum of 512 MiB", reading, { bytes: readBytes })];
}
