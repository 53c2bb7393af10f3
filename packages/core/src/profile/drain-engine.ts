import * as tf from "@tensorflow/tfjs-core";

/** Returns when the current engine has done what it was asked for: reading a value waits for all before it. */
export function drainEngine(): void {
  if (!tf.getBackend()) return;
  const nothing = tf.scalar(0);
  nothing.dataSync();
  nothing.dispose();
}
