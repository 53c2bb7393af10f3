import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RarlError, WeightStorage } from "@rarl-sdk/core";
import { TorchEngine } from "@rarl-sdk/engine-torch";
import {
  embedding,
  linear,
  loadWeight,
  loraLinear,
  openSafetensors,
  matMul,
  tokenLogProbs,
  valueAndGradients,
  writeSafetensors,
} from "@rarl-sdk/nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { alive, describeTorch } from "./support/torch.js";

const outputs = 37;
const inputs = 70;

/** Values that bfloat16 holds exactly, so that every storage but int8 must agree to rounding. */
function coarse(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.round(40 * Math.sin(i * step)) / 64);
}

const values = coarse(outputs * inputs, 1.7);

describeTorch("stored weights", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "stored-weights-"));
    for (const dtype of ["F32", "BF16", "F16"] as const) await write(dtype);
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await new TorchEngine().activate({});
  });

  const path = (dtype: string) => join(folder, `${dtype}.safetensors`);
  const write = (dtype: "F32" | "BF16" | "F16") =>
    writeSafetensors(path(dtype), [
      // The odd byte in front leaves the matrix where its dtype is not aligned.
      { name: "odd", dtype, shape: [3], data: () => Promise.resolve(new Float32Array(3)) },
      { name: "w", dtype, shape: [outputs, inputs], data: () => Promise.resolve(values) },
    ]);
  const load = async (dtype: string, weights: WeightStorage): Promise<tf.Tensor2D> => {
    await new TorchEngine().activate({ weights });
    const file = await openSafetensors(path(dtype));
    try {
      return (await loadWeight(file, "w")) as tf.Tensor2D;
    } finally {
      await file.close();
    }
  };

  for (const dtype of ["F32", "BF16", "F16"]) {
    for (const weights of ["auto", "f32", "bf16"] as const) {
      it(`reads ${dtype} back exactly when kept as ${weights}`, async () => {
        const weight = await load(dtype, weights);
        expect([...(await weight.data())]).to.deep.equal([...values]);
        weight.dispose();
      });
    }
  }

  it("keeps int8 within half a step of each row's largest value", async () => {
    const weight = await load("F32", "int8");
    const kept = await weight.data();
    for (let row = 0; row < outputs; row++) {
      const of = (all: ArrayLike<number>) => Array.from({ length: inputs }, (_, i) => all[row * inputs + i]!);
      const largest = Math.max(...of(values).map(Math.abs));
      of(kept).forEach((value, i) => {
        expect(Math.abs(value - of(values)[i]!)).to.be.at.most((largest / 127) * 0.5001);
      });
    }
    weight.dispose();
  });

  for (const weights of ["f32", "bf16", "int8"] as const) {
    for (const rows of [1, 3, 4, 7, 8, 9, 24, 25, 70]) {
      it(`multiplies ${rows} rows by a weight kept as ${weights} as by its float32 values`, async () => {
        const weight = await load("BF16", weights);
        const before = alive();
        const [got, expected] = tf.tidy(() => {
          const plain = tf.tensor2d(weight.dataSync(), [outputs, inputs]);
          const x = tf.tensor2d(coarse(rows * inputs, 0.9), [rows, inputs]);
          const y = tf.tensor2d(coarse(rows * outputs, 0.3), [rows, outputs]);
          const a = tf.tensor2d(coarse(inputs * 2, 0.7), [inputs, 2]);
          const b = tf.tensor2d(coarse(2 * outputs, 0.4), [2, outputs]);
          const bias = tf.tensor1d(coarse(outputs, 0.2));
          const all = (w: tf.Tensor2D) => [
            linear(x, tf.transpose(w), bias),
            loraLinear(x, tf.transpose(w), bias, a, b, 0.5),
            matMul(x, tf.transpose<tf.Tensor2D>(w)),
            matMul(y, w),
          ];
          return [all(weight), all(plain)].map((results) =>
            tf.concat(results.map((r) => tf.reshape(r, [-1]))),
          );
        }) as [tf.Tensor, tf.Tensor];
        const [one, other] = [await got.data(), await expected.data()];
        one.forEach((value, i) => expect(value).to.be.closeTo(other[i]!, 2e-5 * (1 + Math.abs(other[i]!))));
        tf.dispose([got, expected]);
        expect(alive()).to.deep.equal(before);
        weight.dispose();
      });
    }

    it(`gives the gradients of its float32 values when kept as ${weights}`, async () => {
      const weight = await load("BF16", weights);
      const rows = 40;
      const plain = tf.tensor2d(weight.dataSync(), [outputs, inputs]);
      const x = tf.variable(tf.tensor2d(coarse(rows * inputs, 0.9), [rows, inputs]));
      const targets = tf.tensor1d(
        Array.from({ length: rows }, (_, i) => i % outputs),
        "int32",
      );
      const gradient = (w: tf.Tensor2D) => {
        const { value, gradients } = valueAndGradients(() => {
          const head = { weight: tf.transpose<tf.Tensor2D>(w), weightTransposed: w };
          return tf.sum(
            tokenLogProbs(x as unknown as tf.Tensor2D, head, targets, { chunkRows: 16 }).logProbs,
          );
        }, [x]);
        value.dispose();
        return gradients[0]!;
      };
      const [one, other] = [gradient(weight), gradient(plain)];
      const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(one, other))).dataSync()[0]!);
      expect(difference).to.be.below(1e-5);
      tf.dispose([weight, plain, x, targets, one, other]);
    });
  }

  it("looks rows up in a stored table", async () => {
    const table = await load("BF16", "int8");
    const [rows, all] = tf.tidy(() => [
      embedding(tf.tensor1d([5, 0, 5], "int32"), table).dataSync(),
      table.dataSync(),
    ]) as [Float32Array, Float32Array];
    const row = (index: number) => [...all.subarray(index * inputs, (index + 1) * inputs)];
    expect([...rows]).to.deep.equal([...row(5), ...row(0), ...row(5)]);
    table.dispose();
  });

  it("tells of a file that was cut after it was opened", async () => {
    await write("BF16");
    await new TorchEngine().activate({ weights: "auto" });
    const file = await openSafetensors(path("BF16"));
    await truncate(path("BF16"), 400);
    const weight = await loadWeight(file, "w");
    await file.close();
    const error = await weight.data().then(
      () => null,
      (thrown: unknown) => thrown as RarlError,
    );
    expect(error?.code).to.equal("ENGINE_OP_FAILED");
    expect(error?.message).to.match(/has been cut/);
    weight.dispose();
  });

  it("tells of a file that is gone", async () => {
    await writeFile(path("gone"), "");
    await new TorchEngine().activate({ weights: "auto" });
    const file = await openSafetensors(path("F32"));
    await rm(path("F32"));
    const weight = await loadWeight(file, "w");
    await file.close();
    const error = await weight.data().then(
      () => null,
      (thrown: unknown) => thrown as RarlError,
    );
    expect(error?.code).to.equal("ENGINE_OP_FAILED");
    weight.dispose();
  });
});
