import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { tensor, type Tensor } from "@tensorflow/tfjs-core";
import { rarlError, writeFileAtomic, type NamedVariable } from "@rarl-sdk/core";
import { z } from "zod";
import { openSafetensors, type SafetensorsFile } from "../safetensors/safetensors-file.js";
import { writeSafetensors, type TensorToWrite } from "../safetensors/write-safetensors.js";

/** The two moving averages that AdamW keeps of a variable's gradient. */
export interface Moments<Value> {
  readonly firstMoment: Value;
  readonly secondMoment: Value;
}

const tensorsName = "optimizer.safetensors";
const stateName = "optimizer.json";

const stateSchema = z.object({
  formatVersion: z.literal(1),
  optimizer: z.literal("adamw"),
  step: z.int().min(0),
  variables: z.array(z.string()),
});

/** Writes `optimizer.safetensors` (moments under PyTorch's names) and `optimizer.json` (step, names). */
export async function writeMoments(
  directory: string,
  step: number,
  moments: ReadonlyMap<string, Moments<Tensor>>,
): Promise<void> {
  const tensors = [...moments].flatMap(([name, { firstMoment, secondMoment }]) => [
    asFloat32(firstMomentKey(name), firstMoment),
    asFloat32(secondMomentKey(name), secondMoment),
  ]);
  await writeSafetensors(join(directory, tensorsName), tensors);
  const state = { formatVersion: 1, optimizer: "adamw", step, variables: [...moments.keys()] };
  await writeFileAtomic(join(directory, stateName), `${JSON.stringify(state, null, 2)}\n`);
}

/** Reads them for exactly these variables; the moments come as functions that make their tensors. */
export async function readMoments(
  directory: string,
  variables: readonly NamedVariable[],
): Promise<{ step: number; moments: Map<string, Moments<() => Tensor>> }> {
  const state = await readState(join(directory, stateName));
  const source = await openSafetensors(join(directory, tensorsName));
  try {
    // Before the first update there are no moments yet.
    if (state.variables.length === 0 && state.step === 0) return { step: 0, moments: new Map() };
    checkNames(source.file, state.variables, variables);
    const moments = new Map<string, Moments<() => Tensor>>();
    for (const { name, variable } of variables) {
      moments.set(name, {
        firstMoment: await readMoment(source, firstMomentKey(name), variable.shape),
        secondMoment: await readMoment(source, secondMomentKey(name), variable.shape),
      });
    }
    return { step: state.step, moments };
  } finally {
    await source.close();
  }
}

async function readState(file: string): Promise<z.output<typeof stateSchema>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw rarlError("CHECKPOINT_FILE_MISSING", { file }, { cause: error });
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw rarlError("OPTIMIZER_STATE_MISMATCH", { file, problem }, { cause: error });
  }
}

function checkNames(file: string, saved: readonly string[], variables: readonly NamedVariable[]): void {
  const wanted = new Set(variables.map(({ name }) => name));
  const extra = saved.find((name) => !wanted.has(name));
  if (extra !== undefined) {
    throw rarlError("OPTIMIZER_STATE_MISMATCH", {
      file,
      problem: `it holds "${extra}", which is not trained now`,
    });
  }
  const known = new Set(saved);
  const missing = variables.find(({ name }) => !known.has(name));
  if (missing !== undefined) {
    throw rarlError("OPTIMIZER_STATE_MISMATCH", { file, problem: `it has no state of "${missing.name}"` });
  }
}

async function readMoment(
  source: SafetensorsFile,
  key: string,
  shape: readonly number[],
): Promise<() => Tensor> {
  if (!source.has(key)) {
    throw rarlError("OPTIMIZER_STATE_MISMATCH", { file: source.file, problem: `it has no tensor "${key}"` });
  }
  const found = source.info(key).shape;
  if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) {
    const problem = `"${key}" has the shape [${found.join(", ")}], the variable [${shape.join(", ")}]`;
    throw rarlError("OPTIMIZER_STATE_MISMATCH", { file: source.file, problem });
  }
  const values = await source.read(key);
  return () => tensor(values, [...shape], "float32");
}

function asFloat32(name: string, value: Tensor): TensorToWrite {
  return { name, dtype: "F32", shape: value.shape, data: () => value.data<"float32">() };
}

function firstMomentKey(name: string): string {
  return `${name}.exp_avg`;
}

function secondMomentKey(name: string): string {
  return `${name}.exp_avg_sq`;
}
