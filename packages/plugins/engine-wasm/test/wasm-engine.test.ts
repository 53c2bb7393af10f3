import { WasmEngine } from "@rarl-sdk/engine-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("engine-wasm", () => {
  it("probes as available and tells its version", async () => {
    const probe = await new WasmEngine().probe();
    expect(probe.available).to.equal(true);
    if (probe.available) expect(probe.version).to.match(/^4\./);
  });

  it("becomes the current backend and computes", async () => {
    const engine = new WasmEngine();
    expect(await engine.activate({})).to.deep.equal({ device: "cpu" });
    expect(tf.getBackend()).to.equal("wasm");
    const before = engine.memory().tensors;
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
    expect(product.dataSync()[0]).to.equal(11);
    product.dispose();
    expect(engine.memory().tensors).to.equal(before);
  });

  for (const options of [{ device: "cuda" }, { threads: 2 }]) {
    it(`refuses ${JSON.stringify(options)}, which it has not`, async () => {
      const error: unknown = await new WasmEngine().activate(options).catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "ENGINE_UNAVAILABLE");
    });
  }
});

describe("slice on wasm", () => {
  before(async () => {
    await new WasmEngine().activate({});
  });

  /** The same by index arithmetic on nested positions. */
  function expected(shape: number[], begin: number[], size: number[]): number[] {
    const values: number[] = [];
    const visit = (axis: number, offset: number): void => {
      if (axis === shape.length) {
        values.push(offset);
        return;
      }
      for (let at = begin[axis]!; at < begin[axis]! + size[axis]!; at++)
        visit(axis + 1, offset * shape[axis]! + at);
    };
    visit(0, 0);
    return values;
  }

  for (const [shape, begin, size] of [
    [[7], [2], [3]],
    [
      [4, 5],
      [1, 0],
      [2, 5],
    ],
    [
      [4, 5],
      [1, 2],
      [3, 2],
    ],
    [
      [3, 4, 5],
      [1, 1, 0],
      [2, 2, 5],
    ],
    [
      [3, 4, 5],
      [0, 1, 3],
      [3, 3, 1],
    ],
    [
      [2, 3, 4, 5],
      [1, 0, 2, 1],
      [1, 3, 2, 3],
    ],
    [
      [2, 2, 3, 2, 3],
      [0, 1, 0, 1, 0],
      [2, 1, 3, 1, 2],
    ],
    [
      [4, 5],
      [2, 1],
      [0, 2],
    ],
    [
      [2, 3],
      [0, 0],
      [2, 3],
    ],
  ] as [number[], number[], number[]][]) {
    it(`takes [${size.join(", ")}] at [${begin.join(", ")}] of [${shape.join(", ")}]`, () => {
      const before = tf.memory().numTensors;
      const source = tf.tidy(() =>
        tf.reshape(
          tf.range(
            0,
            shape.reduce((a, b) => a * b),
          ),
          shape,
        ),
      );
      const part = tf.slice(source, begin, size);
      expect(part.shape).to.deep.equal(size);
      expect([...part.dataSync()]).to.deep.equal(expected(shape, begin, size));
      tf.dispose([source, part]);
      expect(tf.memory().numTensors).to.equal(before);
    });
  }

  it("keeps integers integers", () => {
    const part = tf.tidy(() => tf.slice(tf.tensor1d([1, 2, 3], "int32"), 1, 2));
    expect(part.dtype).to.equal("int32");
    expect([...part.dataSync()]).to.deep.equal([2, 3]);
    part.dispose();
  });
});
