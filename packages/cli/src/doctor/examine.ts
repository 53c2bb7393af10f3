import { availableParallelism, freemem, totalmem } from "node:os";
import path from "node:path";
import { getHeapStatistics } from "node:v8";
import { createKernel, type EngineProbe, type TensorEngine } from "@rarl-sdk/core";
import { enginesByPriority } from "../activate-engine.js";
import { firstPartyPlugins } from "../first-party.js";
import { findPackages, type FoundPackage } from "./find-packages.js";
import { writingProblem } from "./writing-problem.js";

/** Node.js versions the SDK runs on, as in package.json. */
const required = { major: 20, minor: 19 };

export interface ExaminedEngine {
  readonly name: string;
  readonly priority: number;
  readonly probe: EngineProbe;
}

/** What `rarl-sdk doctor` finds. */
export interface Examination {
  readonly node: { readonly version: string; readonly required: string; readonly isSupported: boolean };
  readonly platform: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number; readonly heapLimit: number };
  readonly packages: readonly FoundPackage[];
  /** By priority; the first available one is what `auto` takes. */
  readonly engines: readonly ExaminedEngine[];
  /** Folder that is to receive runs, and why it cannot. */
  readonly output: { readonly path: string; readonly problem: string | null };
  /** Whether some engine is available. */
  readonly canTrain: boolean;
}

/** A defect of one engine does not keep the others from being examined. */
async function probeSafely(engine: TensorEngine): Promise<EngineProbe> {
  try {
    return await engine.probe();
  } catch (error) {
    return {
      available: false,
      reason: `looking for it failed: ${error instanceof Error ? error.message : String(error)}`,
      remedy: "This is a defect of the engine; please report it to those who made it.",
    };
  }
}

/** Looks at this machine; writes nothing and starts no engine. */
export async function examine(request: {
  readonly output: string;
  readonly plugins: readonly string[];
}): Promise<Examination> {
  const baseDirectory = process.cwd();
  const kernel = await createKernel({ builtins: firstPartyPlugins, plugins: request.plugins, baseDirectory });
  const engines: ExaminedEngine[] = [];
  for (const engine of enginesByPriority(kernel)) {
    engines.push({ name: engine.name, priority: engine.priority, probe: await probeSafely(engine) });
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return {
    node: {
      version: process.version,
      required: `>=${required.major}.${required.minor}`,
      isSupported: major > required.major || (major === required.major && minor >= required.minor),
    },
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freemem(), heapLimit: getHeapStatistics().heap_size_limit },
    packages: await findPackages(),
    engines,
    output: { path: path.resolve(request.output), problem: await writingProblem(request.output) },
    canTrain: engines.some(({ probe }) => probe.available),
  };
}
