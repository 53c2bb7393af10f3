import {
  getBackend,
  getKernel,
  registerKernel,
  tensor1d,
  unregisterKernel,
  type KernelFunc,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { fusedKernelNames, quickGelu, registerCompositeKernels } from "../../src/ops/index.js";
import { useWasm } from "../support/wasm.js";

describe("registerCompositeKernels", () => {
  before(useWasm);

  it("gives a backend every fused kernel that it lacks and leaves those it has", () => {
    const native: KernelFunc = () => [];
    registerKernel({ kernelName: "RarlRmsNorm", backendName: "someEngine", kernelFunc: native });
    registerCompositeKernels("someEngine");
    expect(getKernel("RarlRmsNorm", "someEngine").kernelFunc).to.equal(native);
    for (const name of fusedKernelNames())
      expect(getKernel(name, "someEngine"), name).to.have.property("kernelFunc");
    for (const name of fusedKernelNames()) unregisterKernel(name, "someEngine");
  });

  it("lets a native kernel stand in for the composite", () => {
    const x = tensor1d([1, 2]);
    registerCompositeKernels(getBackend());
    const composite = getKernel("RarlQuickGelu", getBackend());
    unregisterKernel("RarlQuickGelu", getBackend());
    let calls = 0;
    registerKernel({
      ...composite,
      kernelFunc: (parameters) => {
        calls++;
        return composite.kernelFunc(parameters);
      },
    });
    const y: Tensor = quickGelu(x);
    expect(calls).to.equal(1);
    unregisterKernel("RarlQuickGelu", getBackend());
    registerKernel(composite);
    x.dispose();
    y.dispose();
  });
});
