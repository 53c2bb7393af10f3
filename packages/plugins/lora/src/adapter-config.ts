import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { isExpression } from "./options.js";
import { defaultStructure, type LoraStructure, type ModuleSelection } from "./structure.js";

const selection = z.union([z.array(z.string()), z.string()]);

/** The fields of `adapter_config.json` that are read; others are ignored, as PEFT does. */
const adapterConfigSchema = z.looseObject({
  peft_type: z.string(),
  r: z.int().positive(),
  lora_alpha: z.number(),
  lora_dropout: z.number().min(0).lt(1).default(0),
  target_modules: selection.nullish(),
  exclude_modules: selection.nullish(),
  rank_pattern: z.record(z.string(), z.int().positive()).nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
  use_rslora: z.boolean().nullish(),
});

/** Features that change the numbers or add weights; each is refused unless it is off, null or empty. */
const unsupported = [
  "use_dora",
  "use_qalora",
  "use_bdlora",
  "lora_bias",
  "fan_in_fan_out",
  "modules_to_save",
  "trainable_token_indices",
  "target_parameters",
  "layer_replication",
  "alora_invocation_tokens",
  "arrow_config",
  "kasa_config",
  "monteclora_config",
  "velora_config",
];

/** Initialisations that leave the base weights alone; PiSSA, OLoRA and the like do not. */
const plainInitialisations: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  "gaussian",
  "eva",
  "orthogonal",
];

/**
 * Reads the text of an `adapter_config.json`.
 * @throws RarlError `ADAPTER_CONFIG_INVALID`, `ADAPTER_UNSUPPORTED`
 */
export function parseAdapterConfig(file: string, text: string): LoraStructure {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw rarlError("ADAPTER_CONFIG_INVALID", { file, problem: (error as Error).message }, { cause: error });
  }
  const parsed = adapterConfigSchema.safeParse(json);
  if (!parsed.success) {
    throw rarlError("ADAPTER_CONFIG_INVALID", { file, problem: z.prettifyError(parsed.error) });
  }
  const config = parsed.data;
  const features = unsupportedFeatures(config);
  if (features.length > 0) throw rarlError("ADAPTER_UNSUPPORTED", { file, features });
  return {
    r: config.r,
    alpha: config.lora_alpha,
    dropout: config.lora_dropout,
    targets: config.target_modules ?? defaultStructure.targets,
    exclude: config.exclude_modules ?? null,
    rankPattern: config.rank_pattern ?? {},
    alphaPattern: config.alpha_pattern ?? {},
    useRslora: config.use_rslora ?? false,
  };
}

function unsupportedFeatures(config: z.output<typeof adapterConfigSchema>): string[] {
  if (config.peft_type !== "LORA") return [`peft_type ${config.peft_type}`];
  const features = unsupported.filter((name) => isSet(config[name]));
  if (isSet(config["bias"]) && config["bias"] !== "none")
    features.push(`bias ${JSON.stringify(config["bias"])}`);
  const initialisation = config["init_lora_weights"];
  if (!plainInitialisations.includes(initialisation)) {
    features.push(`init_lora_weights ${JSON.stringify(initialisation)}`);
  }
  for (const [name, expressions] of [
    ["target_modules", [config.target_modules]],
    ["exclude_modules", [config.exclude_modules]],
    ["rank_pattern", Object.keys(config.rank_pattern ?? {})],
    ["alpha_pattern", Object.keys(config.alpha_pattern ?? {})],
  ] as const) {
    for (const expression of expressions) {
      if (typeof expression === "string" && !isExpression(expression))
        features.push(`${name} with the Python expression ${JSON.stringify(expression)}`);
    }
  }
  return features;
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** The text of the `adapter_config.json` of a trained adapter, with every field that PEFT's loaders look at. */
export function formatAdapterConfig(
  structure: LoraStructure,
  targets: ModuleSelection,
  baseModelName: string | null,
): string {
  const config = {
    alpha_pattern: structure.alphaPattern,
    auto_mapping: null,
    base_model_name_or_path: baseModelName,
    bias: "none",
    exclude_modules: structure.exclude,
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: structure.alpha,
    lora_dropout: structure.dropout,
    modules_to_save: null,
    peft_type: "LORA",
    r: structure.r,
    rank_pattern: structure.rankPattern,
    revision: null,
    target_modules: targets,
    task_type: "CAUSAL_LM",
    use_dora: false,
    use_rslora: structure.useRslora,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
