/** How much of a step is in memory at once. */
export interface StepLoad {
  /** Longest prompt, image tokens included. */
  readonly promptTokens: number;
  /** Longest completion, in tokens. */
  readonly completionTokens: number;
  /** Prompts that are sampled together, and completions of each. */
  readonly rollout: { readonly prompts: number; readonly completions: number };
  /** Prompts of one differentiated forward pass, and completions of each. */
  readonly pass: { readonly prompts: number; readonly completions: number };
  /** Whether the pass computes each layer's activations again in place of keeping them. */
  readonly recompute: boolean;
}

/** What a step needs at its peak beside what is there when the model is loaded, in bytes. */
export interface StepMemory {
  readonly rollout: number;
  readonly pass: number;
}

/** What a step may use. */
export interface MemoryRequest {
  /** Bytes beside what is there when the model is loaded. */
  readonly bytes: number;
  /** Longest prompt to expect, image tokens included. */
  readonly promptTokens: number;
}

/** How an algorithm keeps within a budget. */
export interface MemoryPlan {
  readonly load: StepLoad;
  readonly memory: StepMemory;
}
