import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorEngine } from "../contracts/engine.js";
import { isRarlError } from "../errors/to-rarl-error.js";
import type { ConformanceCheck } from "./conformance.js";
import { checkForward, checkGradient, withoutLeak } from "./engine/check-op.js";
import { elementwiseCases } from "./engine/elementwise-cases.js";
import type { OpCase } from "./engine/op-case.js";
import { reductionCases } from "./engine/reduction-cases.js";
import { shapeCases } from "./engine/shape-cases.js";

export interface EngineConformanceOptions {
  /**
   * Whether the engine tells of an operation that fails at run time and of memory that runs out, by
   * `ENGINE_OP_FAILED` and `ENGINE_OUT_OF_MEMORY` at the next read. TensorFlow.js's own backends cannot: wasm checks
   * no indices, and its module is unusable after memory ran out.
   */
  readonly reportsFailures?: boolean;
}

/** Every op that TensorFlow.js itself and the SDK's models ask an engine for, on inputs of every kind. */
export const engineOpCases: readonly OpCase[] = [...elementwiseCases, ...reductionCases, ...shapeCases];

/**
 * What every tensor engine must do: the contract, every op against a plain double-precision reference, gradients
 * against the reference's central differences, and no tensor left behind. `makeEngine` gives an engine that can run on
 * this machine; it is asked once and activated whenever another is current. Gradients of TensorFlow.js's own ops must be registered, which
 * importing `@rarl-sdk/nn` does.
 */
export function engineConformance(
  makeEngine: () => TensorEngine | Promise<TensorEngine>,
  { reportsFailures = false }: EngineConformanceOptions = {},
): readonly ConformanceCheck[] {
  let made: Promise<TensorEngine> | null = null;
  const withEngine: WithEngine = (name, run) => ({
    name,
    run: async () => {
      made ??= Promise.resolve(makeEngine());
      const engine = await made;
      if (tf.getBackend() !== engine.name) await engine.activate({});
      await run(engine);
      await engine.dispose();
    },
  });
  return [
    ...contractChecks(makeEngine, withEngine),
    ...engineOpCases.flatMap((one) => [
      withEngine(`computes ${one.name}`, () => checkForward(one)),
      ...((one.differentiable ?? []).length === 0
        ? []
        : [withEngine(`differentiates ${one.name}`, () => checkGradient(one))]),
    ]),
    ...(reportsFailures ? failureChecks(withEngine) : []),
  ];
}

type WithEngine = (name: string, run: (engine: TensorEngine) => Promise<void>) => ConformanceCheck;

function contractChecks(
  makeEngine: () => TensorEngine | Promise<TensorEngine>,
  withEngine: WithEngine,
): readonly ConformanceCheck[] {
  return [
    {
      name: "probes as available, with a version and a detail",
      run: async () => {
        const probe = await (await makeEngine()).probe();
        assert.ok(probe.available, "it is not available here");
        assert.ok(probe.version !== "" && probe.detail !== "", "it says too little about itself");
      },
    },
    withEngine("becomes TensorFlow.js's current backend", async (engine) => {
      const { device } = await engine.activate({});
      assert.notEqual(device, "");
      assert.equal(tf.getBackend(), engine.name);
    }),
    withEngine("refuses a device it has not, by ENGINE_UNAVAILABLE, and goes on", async (engine) => {
      await assert.rejects(
        engine.activate({ device: "abacus:9" }),
        (error) => isRarlError(error) && error.code === "ENGINE_UNAVAILABLE",
      );
      assert.equal(
        tf.tidy(() => tf.add(1, 2).dataSync()[0]),
        3,
      );
    }),
    withEngine("counts the tensors and bytes that are alive", async (engine) => {
      const before = engine.memory();
      const tensor = tf.zeros([5, 7]);
      await tensor.data();
      assert.equal(engine.memory().tensors, before.tensors + 1);
      assert.equal(engine.memory().bytes, before.bytes + 4 * 35);
      tensor.dispose();
      assert.deepEqual(engine.memory(), before);
    }),
    withEngine("reads scalars, nothing, one value and many, at once or later", async () => {
      for (const shape of [[], [0], [0, 3], [1], [17], [33, 5]]) {
        await withoutLeak(async () => {
          const tensor = tf.fill(shape, 1.5);
          const later = [...(await tensor.data())];
          assert.deepEqual(later, new Array<number>(tensor.size).fill(1.5));
          assert.deepEqual([...tensor.dataSync()], later);
          tensor.dispose();
        });
      }
    }),
    withEngine("keeps infinities, NaN, and the ends of int32 and float32", async () => {
      const floats = [Infinity, -Infinity, NaN, Math.fround(3.4e38), 2 ** -126];
      const integers = [2_147_483_647, -2_147_483_648, 16_777_217];
      await withoutLeak(async () => {
        const [x, n] = [tf.tensor1d(floats), tf.tensor1d(integers, "int32")];
        assert.deepEqual([...(await x.data())], floats);
        assert.deepEqual([...(await n.data())], integers);
        tf.dispose([x, n]);
      });
    }),
    withEngine("gives the same bits whenever it computes the same", async () => {
      const values = Float32Array.from({ length: 300 * 70 }, (_, place) => Math.sin(place));
      const compute = () =>
        tf.tidy(() => {
          const x = tf.tensor2d(values, [300, 70]);
          const scores = tf.softmax(tf.matMul(x, x, false, true));
          return [...tf.sum(tf.matMul(scores, x), 0).dataSync()];
        });
      const first = compute();
      for (let again = 0; again < 3; again++) assert.deepEqual(compute(), first);
      return Promise.resolve();
    }),
    withEngine("computes thousands of operations before anything is read", async () => {
      await withoutLeak(async () => {
        const one = tf.scalar(1);
        let sum: tf.Tensor = tf.scalar(0);
        for (let i = 0; i < 20_000; i++) {
          const next = tf.add(sum, one);
          sum.dispose();
          sum = next;
        }
        assert.equal((await sum.data())[0], 20_000);
        tf.dispose([one, sum]);
      });
    }),
    withEngine("lets the parts of a tensor outlive it", async () => {
      await withoutLeak(async () => {
        const x = tf.tensor2d(
          Float32Array.from({ length: 40 }, (_, place) => place),
          [4, 10],
        );
        const parts = [tf.reshape(x, [40]), tf.slice(x, [1, 0], [1, 10]), tf.transpose(x)];
        x.dispose();
        assert.equal((await parts[0]!.data())[39], 39);
        assert.equal((await parts[1]!.data())[0], 10);
        assert.equal((await parts[2]!.data())[1], 10);
        tf.dispose(parts);
      });
    }),
    withEngine("refuses shapes that do not fit, leaves nothing behind, and goes on", async () => {
      await withoutLeak(async () => {
        const [a, b] = [tf.ones([2, 3]), tf.ones([2, 3])];
        const [row, list] = [tf.ones([4]), tf.ones([2])];
        assert.throws(() => tf.matMul(a, b));
        assert.throws(() => tf.add(a, row));
        assert.throws(() => tf.reshape(a, [4]));
        assert.throws(() => tf.concat([a, list]));
        assert.equal((await a.data())[0], 1);
        tf.dispose([a, b, row, list]);
      });
    }),
    withEngine("refuses to read what was disposed of", async () => {
      const x = tf.ones([20]);
      x.dispose();
      assert.throws(() => x.dataSync());
      await assert.rejects(async () => x.data());
    }),
  ];
}

function failureChecks(withEngine: WithEngine): readonly ConformanceCheck[] {
  const failed = (code: string, operation: RegExp) => (error: unknown) =>
    isRarlError(error) && error.code === code && operation.test(error.message);
  return [
    withEngine(
      "tells of a failed operation, its name and shapes, at the next read, and goes on",
      async () => {
        await withoutLeak(async () => {
          const x = tf.ones([3, 4]);
          const wrong = tf.tidy(() => tf.add(tf.gather(x, [0, 99]), 1));
          await assert.rejects(wrong.data(), failed("ENGINE_OP_FAILED", /Gather.*\[3, 4\]/));
          assert.throws(() => wrong.dataSync(), failed("ENGINE_OP_FAILED", /Gather/));
          const right = tf.gather(x, [0, 2]);
          assert.equal((await right.data())[7], 1);
          tf.dispose([x, wrong, right]);
        });
      },
    ),
    withEngine("tells of a failed operation whose result nobody reads", async () => {
      const x = tf.ones([3, 4]);
      const wrong = tf.gather(x, [99]);
      wrong.dispose();
      await assert.rejects(x.data(), failed("ENGINE_OP_FAILED", /Gather/));
      assert.equal((await x.data())[0], 1);
      x.dispose();
    }),
    withEngine("tells of memory that ran out, the operation and its size, and goes on", async () => {
      await withoutLeak(async () => {
        const [column, row] = [tf.ones([2 ** 21, 1]), tf.ones([1, 2 ** 21])];
        const huge = tf.matMul(column, row);
        const named = failed("ENGINE_OUT_OF_MEMORY", /MatMul.*\[2097152, 1\].*17592186044416 bytes/);
        await assert.rejects(huge.data(), named);
        tf.dispose([huge, column, row]);
        const sum = tf.tidy(() => tf.sum(tf.ones([1000])));
        assert.equal((await sum.data())[0], 1000);
        sum.dispose();
      });
    }),
  ];
}
