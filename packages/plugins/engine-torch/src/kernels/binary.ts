import { backend_util, type DataType } from "@tensorflow/tfjs-core";
import { torchKernel, type TorchKernel } from "./kernel.js";

const sameDtype = [
  ..."Add Sub Multiply RealDiv FloorDiv Mod Pow Maximum Minimum SquaredDifference Atan2".split(" "),
];

const toBool = [
  ..."Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr LogicalXor".split(" "),
];

/** TensorFlow.js has made the dtypes of both inputs equal; shapes broadcast. */
function binary(name: string, dtype?: DataType): TorchKernel {
  return torchKernel(name, ({ inputs, backend }) => {
    const a = inputs["a"]!;
    const b = inputs["b"]!;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return backend.compute(name, [a, b], shape, dtype ?? a.dtype);
  });
}

/** Kernels on the elements of two inputs, the choice between two, and the sum of many. */
export const binaryKernels: readonly TorchKernel[] = [
  ...sameDtype.map((name) => binary(name)),
  ...toBool.map((name) => binary(name, "bool")),
  torchKernel("Prelu", ({ inputs, backend }) => {
    const x = inputs["x"]!;
    return backend.compute("Prelu", [x, inputs["alpha"]!], x.shape, "float32");
  }),
  torchKernel("Select", ({ inputs, backend }) => {
    const t = inputs["t"]!;
    return backend.compute("Select", [inputs["condition"]!, t, inputs["e"]!], t.shape, t.dtype);
  }),
  torchKernel("AddN", ({ inputs, backend }) => {
    // A list of inputs comes as an array.
    const terms = Object.values(inputs);
    return backend.compute("AddN", terms, terms[0]!.shape, terms[0]!.dtype);
  }),
];
