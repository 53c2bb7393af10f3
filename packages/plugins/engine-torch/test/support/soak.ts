// Trains a small network in a process of its own and tells what it leaves in memory; started by soak.test.ts.
//   node --expose-gc --conditions=rarl-source --import tsx soak.ts STEPS WARM_UP
// Prints one JSON object. No tensor of a step is below 4 KiB, so that one forgotten in each would show.
import "reflect-metadata";
import { TorchEngine } from "@rarl-sdk/engine-torch";
import { AdamW, adamWOptions, loraLinear, rmsNorm, swiGlu, valueAndGradients } from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";

const rows = 32;
const width = 64;
const rank = 16;
const [steps, warmUp] = process.argv.slice(2).map(Number) as [number, number];

const engine = new TorchEngine();
await engine.activate({ device: "cpu", threads: 1 });

const matrix = (name: string, shape: [number, number]) => ({
  name,
  variable: tf.variable(tf.randomNormal<tf.Rank.R2>(shape, 0, 0.1, "float32", shape[0])),
});
const variables = [
  matrix("gate.a", [width, rank]),
  matrix("gate.b", [rank, width]),
  matrix("up.a", [width, rank]),
  matrix("up.b", [rank, width]),
];
const [gateA, gateB, upA, upB] = variables.map(({ variable }) => variable) as [
  tf.Variable<tf.Rank.R2>,
  tf.Variable<tf.Rank.R2>,
  tf.Variable<tf.Rank.R2>,
  tf.Variable<tf.Rank.R2>,
];
const frozen: tf.Tensor2D = tf.randomNormal([width, width], 0, 0.1, "float32", 7);
const norm: tf.Tensor1D = tf.ones([width]);
const target: tf.Tensor2D = tf.randomNormal([rows, width], 0, 1, "float32", 8);
const optimizer = new AdamW(adamWOptions.parse({}));
const values = Float32Array.from({ length: rows * width }, (_, index) => Math.sin(index));

/** Values to the engine, forward, gradients, update, the loss back, as a training step does. */
async function step(): Promise<number> {
  const x = tf.tensor2d(values, [rows, width]);
  const { value, gradients } = valueAndGradients(() => {
    const normed = rmsNorm(x, norm, 1e-6);
    const gate = loraLinear(normed, frozen, null, gateA, gateB, 1);
    const up = loraLinear(normed, frozen, null, upA, upB, 1);
    return tf.mean(tf.squaredDifference(swiGlu(gate, up), target));
  }, [gateA, gateB, upA, upB]);
  optimizer.apply(variables, gradients, 1e-3);
  const [loss] = await value.data();
  tf.dispose([x, value, ...gradients]);
  return loss!;
}

/** Steps after which memory is looked at. */
const interval = 1000;

/** Bytes, after what JavaScript no longer needs is gone: finalizers run between the two collections. */
async function residentMemory(): Promise<number> {
  globalThis.gc!();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc!();
  return process.memoryUsage.rss();
}

const losses: number[] = [];
const tensors: number[] = [];
const memory: number[] = [];
for (let i = 1; i <= steps; i++) {
  losses.push(await step());
  if (i % interval !== 0 || i < warmUp) continue;
  tensors.push(tf.memory().numTensors);
  memory.push(await residentMemory());
}
console.log(JSON.stringify({ losses: [losses[0], losses.at(-1)], tensors, memory }));
