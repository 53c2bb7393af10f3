import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";

/** The encoder architectures that are read. */
export type EncoderArchitecture = "bert" | "roberta" | "distilbert";

/** What the forward pass needs to know of an encoder. */
export interface EncoderConfig {
  readonly architecture: EncoderArchitecture;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly vocabSize: number;
  /** Rows of the position table. */
  readonly positions: number;
  /** Position of the first token: RoBERTa counts from its padding id on, plus one. */
  readonly firstPosition: number;
  /** Id whose tokens take no position of their own (RoBERTa); null elsewhere. */
  readonly paddingId: number | null;
  readonly layerNormEpsilon: number;
}

const size = z.int().positive();

const shared = {
  vocab_size: size,
  max_position_embeddings: size,
  // Relative positions are other maths under the same tensor names.
  position_embedding_type: z.literal("absolute").optional(),
};

const bertShape = {
  ...shared,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  hidden_act: z.literal("gelu"),
  layer_norm_eps: z.number().positive().default(1e-12),
};

const schemas = {
  bert: z.looseObject(bertShape).transform((stored) => ({ ...fromBert(stored), firstPosition: 0 })),
  roberta: z
    .looseObject({ ...bertShape, pad_token_id: z.int().nonnegative().default(1) })
    .transform((stored) => ({
      ...fromBert(stored),
      firstPosition: stored.pad_token_id + 1,
      paddingId: stored.pad_token_id,
    })),
  distilbert: z
    .looseObject({
      ...shared,
      dim: size,
      n_layers: size,
      n_heads: size,
      hidden_dim: size,
      activation: z.literal("gelu").default("gelu"),
    })
    .transform((stored) => ({
      hiddenSize: stored.dim,
      layers: stored.n_layers,
      heads: stored.n_heads,
      intermediateSize: stored.hidden_dim,
      vocabSize: stored.vocab_size,
      positions: stored.max_position_embeddings,
      firstPosition: 0,
      paddingId: null,
      // Written out in upstream's DistilBERT; it has no field.
      layerNormEpsilon: 1e-12,
    })),
};

function fromBert(stored: z.output<z.ZodObject<typeof bertShape>>) {
  return {
    hiddenSize: stored.hidden_size,
    layers: stored.num_hidden_layers,
    heads: stored.num_attention_heads,
    intermediateSize: stored.intermediate_size,
    vocabSize: stored.vocab_size,
    positions: stored.max_position_embeddings,
    paddingId: null,
    layerNormEpsilon: stored.layer_norm_eps,
  };
}

/**
 * Reads `config.json` of an encoder's folder. Synchronous, so that a run that names an encoder that is not there ends
 * while its components are made.
 * @throws RarlError `ENCODER_MISSING`, `CHECKPOINT_CONFIG_INVALID`, `ARCHITECTURE_UNKNOWN`
 */
export function readEncoderConfig(directory: string): EncoderConfig {
  const file = join(directory, "config.json");
  const stored = readJson(file, directory);
  const found = z.looseObject({ model_type: z.string() }).safeParse(stored);
  const architecture = found.success ? found.data.model_type : "no model_type";
  if (!isSupported(architecture)) {
    throw rarlError("ARCHITECTURE_UNKNOWN", { file, found: architecture, supported: Object.keys(schemas) });
  }
  const parsed = schemas[architecture].safeParse(stored);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = issue.path.length > 0 ? issue.path.map(String).join(".") : undefined;
    throw rarlError("CHECKPOINT_CONFIG_INVALID", { file, field, problem: issue.message });
  }
  const config = { architecture, ...parsed.data };
  if (config.hiddenSize % config.heads !== 0) {
    const problem = `a hidden size of ${config.hiddenSize} cannot be split over ${config.heads} heads`;
    throw rarlError("CHECKPOINT_CONFIG_INVALID", { file, problem });
  }
  return config;
}

function isSupported(architecture: string): architecture is EncoderArchitecture {
  return Object.hasOwn(schemas, architecture);
}

function readJson(file: string, directory: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "it has no config.json" : String(error);
    throw rarlError("ENCODER_MISSING", { directory, reason }, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const problem = `not valid JSON: ${(error as Error).message}`;
    throw rarlError("CHECKPOINT_CONFIG_INVALID", { file, problem }, { cause: error });
  }
}
