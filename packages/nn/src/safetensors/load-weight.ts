import {
  backend,
  engine,
  tensor,
  type Tensor,
  type TensorInfo as BackendTensor,
} from "@tensorflow/tfjs-core";
import type { FileTensor, WeightsSource } from "./weights-source.js";

/** A backend that takes frozen weights from their files itself, such as by mapping them into memory. */
export interface WeightLoader {
  /** Whether it takes values of that dtype. */
  loads(dtype: string): boolean;
  /** A tensor that stands for float32, in whatever format the backend keeps weights. */
  loadWeight(source: FileTensor): BackendTensor;
}

/**
 * A stored tensor that will not be trained, in its own shape. Where the backend can, it is mapped from the file and
 * kept in the backend's format for weights; elsewhere it is read as float32. The caller owns it.
 * @throws RarlError `TENSOR_MISSING`, `TENSOR_DTYPE`, `SAFETENSORS_INVALID`
 */
export async function loadWeight(source: WeightsSource, name: string): Promise<Tensor> {
  const location = source.location?.(name);
  const loader = backend() as Partial<WeightLoader>;
  if (location !== undefined && loader.loadWeight !== undefined && loader.loads?.(location.dtype) === true)
    return engine().makeTensorFromTensorInfo(loader.loadWeight(location));
  return tensor(await source.read(name), [...source.info(name).shape]);
}
