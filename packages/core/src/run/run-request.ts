import type { RunConfig } from "../config/run-config.js";
import type { Kernel } from "../kernel/kernel.js";
import type { RunProfile } from "../profile/run-profile.js";

/** The two ways to stop a run early. */
export interface RunSignals {
  /** Finish the step, write a checkpoint, end as interrupted. */
  readonly step: AbortSignal;
  /** Stop now; the last checkpoint stands. */
  readonly now: AbortSignal;
}

/** What `runTraining` is asked to do. */
export interface RunRequest {
  readonly kernel: Kernel;
  readonly config: RunConfig;
  /** Relative paths of the configuration start here: the folder of its file. */
  readonly baseDirectory: string;
  /** Folder of an earlier run to continue. */
  readonly resume?: string | undefined;
  readonly signal?: RunSignals | undefined;
  /** Continue although configuration or data changed. */
  readonly allowChanges?: boolean | undefined;
  /** Open everything and make one prompt, then stop without a trace. */
  readonly dryRun?: boolean | undefined;
  /** Measures where steps spend time and memory; one that already watches the kernel's hooks. */
  readonly profile?: RunProfile | undefined;
}
