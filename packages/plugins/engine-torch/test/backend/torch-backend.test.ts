import { expect } from "chai";
import * as tf from "@tensorflow/tfjs-core";
import { isRarlError } from "@rarl-sdk/core";
import { alive, describeTorch } from "../support/torch.js";

async function failureOf(read: Promise<unknown>) {
  const thrown = await read.then(
    () => null,
    (error: unknown) => error,
  );
  if (!isRarlError(thrown)) throw new Error(`no error of the catalogue: ${String(thrown)}`);
  return thrown;
}

/** Row 9 of two rows: an error that only the engine's thread can see. */
function outOfRange(): tf.Tensor {
  return tf.tidy(() => tf.gather(tf.zeros([2, 3]), tf.tensor1d([9], "int32")));
}

describeTorch("the backend's data", () => {
  for (const dtype of ["float32", "int32", "bool"] as const) {
    for (const length of [0, 3, 1000]) {
      it(`gives back ${length} values of ${dtype}, read in both ways`, async () => {
        const before = alive();
        const values = Array.from({ length }, (_, i) => (dtype === "bool" ? i % 2 : i - 1));
        const x = tf.tensor1d(values, dtype);
        expect(Array.from(await x.data())).to.deep.equal(values);
        expect(Array.from(x.dataSync())).to.deep.equal(values);
        x.dispose();
        expect(alive()).to.deep.equal(before);
      });
    }
  }

  it("keeps a copy of what is written and gives copies", async () => {
    const values = Float32Array.from({ length: 100 }, (_, i) => i);
    const x = tf.tensor1d(values);
    values.fill(-1);
    (await x.data()).fill(-2);
    expect((await x.data())[7]).to.equal(7);
    x.dispose();
  });

  it("keeps strings", async () => {
    const x = tf.tensor1d(["a", "é"]);
    expect(await x.data()).to.deep.equal(["a", "é"]);
    x.dispose();
  });

  it("shares the data of reshaped and cloned tensors until the last is disposed", async () => {
    const before = alive();
    const x = tf.tensor1d([1, 2, 3, 4]);
    const [y, z] = [tf.reshape(x, [2, 2]), tf.clone(x)];
    expect(alive()).to.deep.equal([before[0] + 3, before[1] + 1]);
    x.dispose();
    z.dispose();
    expect(await y.array()).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
    y.dispose();
    expect(alive()).to.deep.equal(before);
  });

  it("takes tensors over from another backend", async () => {
    await import("@tensorflow/tfjs-backend-wasm");
    await tf.setBackend("wasm");
    const x = tf.tensor1d([1, 2, 3]);
    await tf.setBackend("torch");
    const y = tf.mul(x, 2);
    expect(Array.from(await y.data())).to.deep.equal([2, 4, 6]);
    tf.dispose([x, y]);
  });
});

describeTorch("the backend's thread", () => {
  it("leaves the event loop free while a read waits", async () => {
    const y = tf.tidy(() => {
      const x = tf.ones<tf.Rank.R2>([700, 700]);
      return tf.matMul(tf.matMul(x, x), x);
    });
    let read = false;
    const reading = y.data().then((values) => {
      read = true;
      return values;
    });
    const readBeforeTurn = await new Promise<boolean>((resolve) =>
      setImmediate(() => {
        resolve(read);
      }),
    );
    expect(readBeforeTurn).to.equal(false);
    expect((await reading)[0]).to.equal(490_000);
    y.dispose();
  });

  it("takes many more commands than may wait at a time", () => {
    const before = alive();
    let x = tf.scalar(0);
    const one = tf.scalar(1);
    for (let i = 0; i < 20_000; i++) {
      const next = tf.add<tf.Scalar>(x, one);
      x.dispose();
      x = next;
    }
    expect(x.dataSync()[0]).to.equal(20_000);
    tf.dispose([x, one]);
    expect(alive()).to.deep.equal(before);
  });

  it("keeps resident memory flat over 10,000 steps", async () => {
    const data = new Float32Array(10_000).fill(1);
    const step = () => {
      tf.tidy(() => tf.sum(tf.square(tf.tensor2d(data, [100, 100])))).dispose();
    };
    const residentAfter = async (steps: number) => {
      for (let i = 0; i < steps; i++) {
        step();
        if (i % 100 !== 0) continue;
        const mark = tf.scalar(1);
        await mark.data();
        mark.dispose();
      }
      return process.memoryUsage().rss;
    };
    const before = await residentAfter(2000);
    const after = await residentAfter(10_000);
    // A leak of one result a step would be 400 MB.
    expect(after - before).to.be.below(100e6);
  });

  it("times what is enqueued", async () => {
    const info = await tf.time(() => {
      tf.tidy(() => tf.matMul(tf.ones([300, 300]), tf.ones([300, 300])));
    });
    expect(info.kernelMs).to.be.above(0);
  });
});

describeTorch("errors of operations", () => {
  it("come at the next read, with operation, shapes and reason, and go on to what depends on them", async () => {
    const before = alive();
    const bad = outOfRange();
    const worse = tf.mul(bad, 2);
    const error = await failureOf(worse.data());
    expect(error.code).to.equal("ENGINE_OP_FAILED");
    expect(error.details).to.deep.include({ operation: "GatherV2", shapes: [[2, 3], [1]] });
    expect(error.message).to.match(/GatherV2 of \[2, 3\] and \[1\]: \S/);
    expect((await failureOf(bad.data())).code).to.equal("ENGINE_OP_FAILED");
    tf.dispose([bad, worse]);
    expect(alive()).to.deep.equal(before);
  });

  it("are thrown by a read that blocks too", () => {
    const bad = outOfRange();
    expect(() => bad.dataSync()).to.throw(/GatherV2/);
    bad.dispose();
  });

  it("are told once by a read of something else when nobody read the result", async () => {
    outOfRange().dispose();
    const fine = tf.add(tf.scalar(1), 1);
    expect((await failureOf(fine.data())).details).to.include({ operation: "GatherV2" });
    expect((await fine.data())[0]).to.equal(2);
    fine.dispose();
  });

  it("name the operation and the bytes when memory runs out", async () => {
    // More than the address space of a process.
    const bad = tf.fill([2 ** 20, 2 ** 20, 64], 1);
    const error = await failureOf(bad.data());
    expect(error.code).to.equal("ENGINE_OUT_OF_MEMORY");
    expect(error.details).to.include({ operation: "Fill", bytes: 2 ** 48 });
    bad.dispose();
    const fine = tf.fill([2], 3);
    expect(Array.from(await fine.data())).to.deep.equal([3, 3]);
    fine.dispose();
  });
});
