import type { ActiveEngine, Dataset, Prompt, RunConfig, RunHooks } from "@rarl-sdk/core";

/** What a run would do, as JSON prints it. */
export interface Plan {
  readonly engine: { readonly name: string; readonly device: string } | null;
  readonly parameters: { readonly total: number; readonly trainable: number } | null;
  readonly contextLength: number | null;
  /** Samples and records set aside, by role. */
  readonly data: Readonly<Record<string, { readonly samples: number; readonly problems: number }>>;
  /** Of the first sample. */
  readonly prompt: { readonly style: string; readonly images: number } | null;
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** Watches a run being put together and tells what it would do. */
export class RunPlan {
  private engine: ActiveEngine | null = null;
  private parameters: Plan["parameters"] = null;
  private contextLength: number | null = null;
  private prompt: Prompt | null = null;
  private readonly datasets = new Map<string, Dataset>();

  constructor(
    private readonly hooks: RunHooks,
    private readonly config: RunConfig,
  ) {}

  watch(): void {
    const { hooks } = this;
    hooks.engine.intercept({
      result: (engine) => {
        this.engine = engine ?? null;
      },
    });
    let role = "";
    hooks.dataset.intercept({
      call: (request) => {
        ({ role } = request);
      },
      result: (dataset) => {
        if (dataset !== undefined) this.datasets.set(role, dataset);
      },
    });
    // Waterfalls: what comes out of the last tap counts.
    const late = { name: "plan", stage: 1000 };
    hooks.adapt.tap(late, (adapted) => {
      const { backbone, adapter } = adapted;
      const variables = adapter?.variables ?? backbone.variables();
      const trainable = variables.reduce((sum, { variable }) => sum + variable.size, 0);
      this.parameters = { total: backbone.parameterCount, trainable };
      this.contextLength = backbone.contextLength;
      return adapted;
    });
    hooks.prompt.tap(late, (draft) => {
      this.prompt ??= draft.prompt;
      return draft;
    });
  }

  describe(): Plan {
    const { engine, parameters, contextLength, prompt } = this;
    return {
      engine: engine && { name: engine.engine.name, device: engine.device },
      parameters,
      contextLength,
      data: Object.fromEntries(
        [...this.datasets].map(([role, { length, problems }]) => [
          role,
          { samples: length, problems: problems.length },
        ]),
      ),
      prompt: prompt && { style: prompt.style, images: prompt.images.length },
    };
  }

  /** The plan for people. */
  render(): string {
    const { engine, parameters, contextLength, data, prompt } = this.describe();
    const { name, model, adapter, algorithm, optimizer, rewards, training } = this.config;
    const sets = Object.entries(data).map(
      ([role, { samples, problems }]) =>
        `${role} ${grouped(samples)} samples${problems === 0 ? "" : ` (${grouped(problems)} set aside)`}`,
    );
    const rows: readonly (readonly [string, string])[] = [
      ["engine", `${engine?.name ?? "none"} on ${engine?.device ?? "nothing"}`],
      [
        "model",
        `${model.name}, ${grouped(parameters?.total ?? 0)} parameters, context ${grouped(contextLength ?? 0)} tokens`,
      ],
      [
        "trains",
        `${grouped(parameters?.trainable ?? 0)} parameters of ${adapter?.name ?? "the model itself"}`,
      ],
      ["algorithm", `${algorithm.name}, ${optimizer.name} at ${optimizer.learningRate}`],
      ["rewards", rewards.map(({ label, weight }) => `${label} × ${weight}`).join(", ") || "none"],
      ["data", sets.join(", ")],
      ["length", training.steps === null ? `${training.epochs} epochs` : `${grouped(training.steps)} steps`],
      ["prompt", prompt === null ? "none" : `style ${prompt.style}, images: ${prompt.images}, encoded`],
    ];
    return [
      `${name}: everything is in order; nothing was trained.`,
      ...rows.map(([label, text]) => `  ${label.padEnd(9)}  ${text}`),
    ].join("\n");
  }
}
