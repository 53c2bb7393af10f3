/** Whether an engine can run here, and if not, what would make it. */
export type EngineProbe =
  | { readonly available: true; readonly version: string; readonly detail: string }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/**
 * How an engine keeps frozen matrices: as their file does, in float32, in bfloat16, or in int8 with one scale an output
 * channel. They stand for float32 whatever they are kept in; what trains is float32 always.
 */
export type WeightStorage = "auto" | "f32" | "bf16" | "int8";

export interface EngineOptions {
  /** `cpu`, `cuda`, `cuda:1`, …; the engine's own choice when absent. */
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
  /** `auto` when absent: what the file has, where the engine can. */
  readonly weights?: WeightStorage | undefined;
}

/** Collective operations of data-parallel runs; a single process has rank 0 of 1 and needs none of them. */
export interface Collectives {
  readonly rank: number;
  readonly worldSize: number;
  /** Sums `values` over the ranks in place. */
  allReduce(values: Float32Array): Promise<void>;
  /** Copies `values` of `root` to every rank in place. */
  broadcast(values: Float32Array, root: number): Promise<void>;
  barrier(): Promise<void>;
}

export interface EngineMemory {
  readonly tensors: number;
  readonly bytes: number;
}

/** What `rarl-sdk engine install` asks of an engine; what is absent is the engine's own choice. */
export interface EngineInstallRequest {
  readonly device?: "cpu" | "cuda" | undefined;
  /** Of the library under the engine, such as `2.13.0`. */
  readonly version?: string | undefined;
  /** Python to install with, where the library comes from a Python package index: a command or a path. */
  readonly python?: string | undefined;
  readonly indexUrl?: string | undefined;
  readonly extraIndexUrls?: readonly string[] | undefined;
  /** Install anew what is there already. */
  readonly force?: boolean | undefined;
  /** Use the library that the machine has already; download none. */
  readonly existing?: boolean | undefined;
  /** Ends the processes that were started; what was installed before stays as it was. */
  readonly signal: AbortSignal;
  /** Told of progress, a line at a time. */
  readonly report: (line: string) => void;
}

/** What an install left behind. */
export interface EngineInstallation {
  /** Of the library under the engine. */
  readonly version: string;
  /** Where the library lies. */
  readonly folder: string;
  /** False when everything was there already. */
  readonly isNew: boolean;
}

/** A TensorFlow.js backend with what a run needs to know about it. */
export interface TensorEngine {
  readonly name: string;
  /** Higher is tried first when the configuration says `auto`. */
  readonly priority: number;
  /** Looks whether the engine can run, without side effects that last. */
  probe(): Promise<EngineProbe>;
  /**
   * Makes the engine TensorFlow.js's current backend.
   * @throws RarlError `ENGINE_UNAVAILABLE`
   */
  activate(options: EngineOptions): Promise<{ readonly device: string }>;
  memory(): EngineMemory;
  /**
   * Brings what the engine needs onto this machine, so that `probe` finds it afterwards without any setting. Absent for
   * an engine that needs nothing, or leaves that to its user.
   * @throws RarlError `ENGINE_INSTALL_FAILED`, `FOLDER_IN_USE`
   */
  install?(request: EngineInstallRequest): Promise<EngineInstallation>;
  readonly collectives?: Collectives;
  dispose(): Promise<void>;
}
