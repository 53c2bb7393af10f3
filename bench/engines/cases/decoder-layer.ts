import {
  groupAttention,
  loraLinear,
  prefersExplicitTranspose,
  rmsNorm,
  rotary,
  swiGlu,
  valueAndGradients,
} from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { finished, summary, times, type Measurement } from "../measure.js";
import { shape } from "../shapes.js";
import { randomTensor } from "./products.js";

const { hidden, heads, kvHeads, headDim, intermediate, rank, rows, scale, epsilon } = shape;

/** A frozen linear layer with its adapter, the weight kept as a checkpoint is: `[out, in]` seen transposed. */
function adaptedLinear(inputs: number, outputs: number, hasBias: boolean) {
  const stored = randomTensor([outputs, inputs]) as tf.Tensor2D;
  const weight = tf.transpose(stored);
  // The copy for the input gradient where a product with a flag is slow.
  const weightTransposed = prefersExplicitTranspose() ? stored : null;
  if (weightTransposed === null) stored.dispose();
  const bias = hasBias ? (randomTensor([outputs]) as tf.Tensor1D) : null;
  const a = tf.variable(randomTensor([inputs, rank]) as tf.Tensor2D);
  const b = tf.variable(randomTensor([rank, outputs]) as tf.Tensor2D);
  return {
    forward: (x: tf.Tensor2D) => loraLinear(x, weight, bias, a, b, scale, { weightTransposed }),
    variables: [a, b],
  };
}

/** Multiply-adds count as two; the attention under its mask as half. */
function forwardFlops(): number {
  const projections = hidden * (2 * heads * headDim + 2 * kvHeads * headDim) + 3 * hidden * intermediate;
  return 2 * rows * projections + 2 * rows * rows * heads * headDim;
}

/** One decoder layer of the 2B shape with LoRA on its seven linear layers, forward, and forward and backward. */
export async function measureDecoderLayer(): Promise<Measurement[]> {
  const q = adaptedLinear(hidden, heads * headDim, true);
  const k = adaptedLinear(hidden, kvHeads * headDim, true);
  const v = adaptedLinear(hidden, kvHeads * headDim, true);
  const o = adaptedLinear(heads * headDim, hidden, false);
  const gate = adaptedLinear(hidden, intermediate, false);
  const up = adaptedLinear(hidden, intermediate, false);
  const down = adaptedLinear(intermediate, hidden, false);
  const inputNorm: tf.Tensor1D = tf.ones([hidden]);
  const attentionNorm: tf.Tensor1D = tf.ones([hidden]);
  const angles = randomTensor([rows, headDim], 3) as tf.Tensor2D;
  const cos = tf.cos(angles);
  const sin = tf.sin(angles);
  const x = tf.variable(randomTensor([rows, hidden], 1) as tf.Tensor2D);
  const dy = randomTensor([rows, hidden], 1);
  const layout = { groups: [{ prefix: rows, branches: [] }] };

  const forward = (): tf.Tensor2D =>
    tf.tidy(() => {
      const normed = rmsNorm(x, inputNorm, epsilon);
      const split = (y: tf.Tensor2D, count: number): tf.Tensor3D => tf.reshape(y, [rows, count, headDim]);
      const queries = rotary(split(q.forward(normed), heads), cos, sin);
      const keys = rotary(split(k.forward(normed), kvHeads), cos, sin);
      const attended = groupAttention(queries, keys, split(v.forward(normed), kvHeads), layout);
      const residual: tf.Tensor2D = tf.add(x, o.forward(tf.reshape(attended, [rows, heads * headDim])));
      const again = rmsNorm(residual, attentionNorm, epsilon);
      return tf.add(residual, down.forward(swiGlu(gate.forward(again), up.forward(again))));
    });
  const variables = [x, ...[q, k, v, o, gate, up, down].flatMap((layer) => layer.variables)];

  const forwardTimes = await times(async () => {
    const y = forward();
    await finished(y);
    y.dispose();
  });
  const bothTimes = await times(
    async () => {
      const { value, gradients } = valueAndGradients(() => tf.sum(tf.mul(forward(), dy)), variables);
      // The input's gradient comes last of all.
      await finished(gradients[0]!);
      tf.dispose([value, ...gradients]);
    },
    { milliseconds: 6000 },
  );
  const flops = forwardFlops();
  return [
    summary(`decoder layer, ${rows} rows, forward`, forwardTimes, { flops }),
    // Backward has the gradients of the inputs alone, since the weights are frozen.
    summary(`decoder layer, ${rows} rows, forward and backward`, bothTimes, { flops: 2 * flops }),
  ];
}
