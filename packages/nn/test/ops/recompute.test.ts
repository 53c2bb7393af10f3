import {
  add,
  engine,
  memory,
  mul,
  square,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  variable,
  zeros,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Variable,
} from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { linear, recompute, rmsNorm, swiGlu, valueAndGradients } from "../../src/ops/index.js";
import { expectNoLeak, maxDifference, useWasm } from "../support/wasm.js";
import { numbers } from "./reference.js";

interface Layer {
  readonly norm: Variable;
  readonly weight: Variable;
}

function layerOf({ norm, weight }: Layer): (x: Tensor) => Tensor {
  return (x) =>
    tidy(() => {
      const y = linear(
        rmsNorm(x as Tensor2D, norm as unknown as Tensor1D, 1e-6),
        weight as unknown as Tensor2D,
        null,
        { trainable: true },
      );
      return add(x, swiGlu(y, square(y)));
    });
}

describe("recompute", () => {
  let layers: Layer[];
  let x: Variable;
  before(useWasm);
  beforeEach(() => {
    layers = [1, 2, 3].map((seed) => ({
      norm: variable(tensor1d(numbers(4, seed))),
      weight: variable(
        tensor2d(
          numbers(16, 10 + seed).map((value) => value / 2),
          [4, 4],
        ),
      ),
    }));
    x = variable(tensor2d(numbers(20, 30), [5, 4]));
  });
  afterEach(() => {
    for (const one of [x, ...layers.flatMap((layer) => Object.values(layer) as Variable[])]) one.dispose();
  });

  const all = () => [x, ...layers.flatMap(({ norm, weight }) => [norm, weight])];
  const plain = (): Scalar => sum(square(layers.reduce<Tensor>((value, layer) => layerOf(layer)(value), x)));
  const recomputed = (): Scalar =>
    sum(
      square(
        layers.reduce<Tensor>(
          (value, layer) => recompute(layerOf(layer), [value], [layer.norm, layer.weight]),
          x,
        ),
      ),
    );
  const disposeAll = ({ value, gradients }: { value: Tensor; gradients: Tensor[] }) => {
    for (const one of [value, ...gradients]) one.dispose();
  };

  it("gives the value and the gradients of the plain form through several layers", () => {
    const expected = valueAndGradients(plain, all());
    const actual = valueAndGradients(recomputed, all());
    expect(maxDifference(actual.value, expected.value.dataSync())).to.equal(0);
    expected.gradients.forEach((gradient, i) => {
      expect(Math.max(...gradient.dataSync().map(Math.abs))).to.be.above(0);
      expect(maxDifference(actual.gradients[i]!, gradient.dataSync())).to.be.below(1e-5);
    });
    disposeAll(expected);
    disposeAll(actual);
  });

  it("works inside a recomputed function", () => {
    const nested = (): Scalar =>
      sum(
        square(
          recompute(
            (input) =>
              layers.reduce<Tensor>(
                (value, layer) => recompute(layerOf(layer), [value], [layer.norm, layer.weight]),
                input,
              ),
            [x],
            all().slice(1),
          ),
        ),
      );
    const expected = valueAndGradients(plain, all());
    const actual = valueAndGradients(nested, all());
    expected.gradients.forEach((gradient, i) => {
      expect(maxDifference(actual.gradients[i]!, gradient.dataSync())).to.be.below(1e-5);
    });
    expectNoLeak(() => valueAndGradients(nested, all()), disposeAll);
    disposeAll(expected);
    disposeAll(actual);
  });

  it("keeps fewer tensors during the forward pass, and none after the backward pass", () => {
    const alive = (f: () => Scalar): number => {
      let count = 0;
      disposeAll(
        valueAndGradients(() => {
          const value = f();
          count = memory().numBytes;
          return value;
        }, all()),
      );
      return count;
    };
    expect(alive(recomputed)).to.be.below(alive(plain));
    expectNoLeak(() => valueAndGradients(recomputed, all()), disposeAll);
  });

  it("gives zeros for a variable without influence", () => {
    const unused = variable(zeros([2]));
    const { value, gradients } = valueAndGradients(
      () => sum(recompute((input) => mul(input, 2), [x], [unused])),
      [x, unused],
    );
    expect(maxDifference(gradients[0]!, new Array<number>(20).fill(2))).to.equal(0);
    expect(maxDifference(gradients[1]!, [0, 0])).to.equal(0);
    disposeAll({ value, gradients });
    unused.dispose();
  });

  it("passes an input straight through", () => {
    const { value, gradients } = valueAndGradients(() => sum(recompute((input) => input, [x], [])), [x]);
    expect(maxDifference(gradients[0]!, new Array<number>(20).fill(1))).to.equal(0);
    disposeAll({ value, gradients });
  });
});

describe("valueAndGradients", () => {
  before(useWasm);

  it("gives zeros for variables without influence and leaves nothing else alive", () => {
    const [a, b] = [variable(tensor2d([[1, 2]])), variable(tensor2d([[3]]))] as const;
    const run = () => valueAndGradients(() => sum(square(a)), [a, b]);
    const { value, gradients } = run();
    expect(value.dataSync()[0]).to.equal(5);
    expect([...gradients[0]!.dataSync(), ...gradients[1]!.dataSync()]).to.deep.equal([2, 4, 0]);
    for (const one of [value, ...gradients]) one.dispose();
    expectNoLeak(run, (result) => {
      for (const one of [result.value, ...result.gradients]) one.dispose();
    });
    a.dispose();
    b.dispose();
  });

  it("frees what was saved when the function throws, and can be used again", () => {
    const a = variable(tensor2d([[1, 2]]));
    const before = memory().numTensors;
    const failing = () =>
      valueAndGradients(() => {
        sum(square(square(a)));
        throw new Error("interrupted");
      }, [a]);
    expect(failing).to.throw("interrupted");
    expect(memory().numTensors).to.equal(before);
    expect(engine().state.gradientDepth).to.equal(0);
    const { value, gradients } = valueAndGradients(() => sum(a), [a]);
    expect([...gradients[0]!.dataSync()]).to.deep.equal([1, 1]);
    for (const one of [value, ...gradients, a]) one.dispose();
  });

  it("frees gradients of intermediate results during the backward pass", () => {
    const size = 10_000;
    const a = variable(zeros([size]));
    const baseline = memory().numBytes;
    let deepest = 0;
    const { value, gradients } = valueAndGradients(() => {
      const probe = recompute(
        (input) => {
          deepest = Math.max(deepest, memory().numBytes - baseline);
          return mul(input, 1);
        },
        [a],
        [],
      );
      let y: Tensor = probe;
      for (let i = 0; i < 50; i++) y = tidy(() => add(y, 1));
      return sum(y);
    }, [a]);
    // The probe runs last in the backward pass, after 50 gradients of 40 kB.
    expect(deepest).to.be.below(55 * 40_000 + 12 * 40_000);
    for (const one of [value, ...gradients, a]) one.dispose();
  });
});
