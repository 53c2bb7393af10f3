import { join } from "node:path";
import { writeFileAtomic } from "@rarl-sdk/core";
import { writeSafetensors, type TensorToWrite } from "@rarl-sdk/nn";
import { tidy, transpose, type Tensor2D } from "@tensorflow/tfjs-core";
import { formatAdapterConfig } from "./adapter-config.js";
import { adapterKey, canonicalPath, type KeyStyle } from "./keys.js";
import type { LoraLayer } from "./lora-layer.js";
import { modelCard } from "./model-card.js";
import { configFileName, weightsFileName } from "./saved-adapter.js";
import type { LoraStructure, ModuleSelection } from "./structure.js";

/** How an adapter is written. */
export interface SaveStyle {
  readonly keyStyle: KeyStyle;
  /** For `base_model_name_or_path`; null when unknown. */
  readonly baseModelName: string | null;
}

/**
 * Writes an adapter in the PEFT layout into an existing folder. The configuration comes last: a folder with one is
 * complete.
 * @throws RarlError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function saveAdapter(
  directory: string,
  layers: readonly LoraLayer[],
  structure: LoraStructure,
  { keyStyle, baseModelName }: SaveStyle,
): Promise<void> {
  const tensors = layers.flatMap(({ linear, a, b }) => [
    transposed(adapterKey(linear.name, "A", keyStyle), a),
    transposed(adapterKey(linear.name, "B", keyStyle), b),
  ]);
  const targets = keyStyle === "new" ? structure.targets : oldTargets(structure.targets, layers);
  const parameterCount = layers.reduce((count, { a, b }) => count + a.size + b.size, 0);
  await writeSafetensors(join(directory, weightsFileName), tensors, { format: "pt" });
  const card = modelCard(structure, targets, baseModelName, parameterCount);
  await writeFileAtomic(join(directory, "README.md"), card);
  await writeFileAtomic(
    join(directory, configFileName),
    formatAdapterConfig(structure, targets, baseModelName),
  );
}

/** `[in, out]` here is `[out, in]` in the file. */
function transposed(name: string, matrix: Tensor2D): TensorToWrite {
  const [rows, columns] = matrix.shape;
  const data = async () => {
    const turned = tidy(() => transpose(matrix));
    const values = await turned.data<"float32">();
    turned.dispose();
    return values;
  };
  return { name, dtype: "F32", shape: [columns, rows], data };
}

/** Whole paths among the targets follow the style of the keys; an expression over whole paths becomes a list. */
function oldTargets(targets: ModuleSelection, layers: readonly LoraLayer[]): ModuleSelection {
  if (typeof targets === "string") return layers.map(({ linear }) => canonicalPath(linear.name));
  return targets.map(canonicalPath);
}
