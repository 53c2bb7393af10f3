import type OpenAI from "openai";
import { z } from "zod";
import type { Clock } from "../asking/clock.js";
import { boundedFetch } from "./bounded-fetch.js";
import { failureOfStatus } from "./failure-of-status.js";
import { ProviderFailure, type JudgeRequest, type Provider, type Reply } from "./provider.js";
import { waitOf } from "./rate-limits.js";

export interface OpenAIProviderOptions {
  readonly model: string;
  readonly baseURL: string;
  /** Null asks without one. */
  readonly key: string | null;
  /** Null leaves it to the endpoint. */
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
  readonly maxTokensField: "max_completion_tokens" | "max_tokens";
  readonly structuredOutput: "schema" | "json" | "none";
}

/** What is needed of a chat completion; compatible servers leave much of the rest out. */
const completionSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
    .nullish()
    .catch(null),
});

/** Any endpoint that speaks OpenAI's chat completions, through OpenAI's own client. */
export class OpenAIProvider implements Provider {
  readonly endpoint: string;
  private client: Promise<{ readonly client: OpenAI; readonly module: typeof import("openai") }> | null =
    null;

  constructor(
    private readonly options: OpenAIProviderOptions,
    private readonly clock: Clock,
    private readonly redact: (text: string) => string,
  ) {
    this.endpoint = options.baseURL;
  }

  async ask(request: JudgeRequest, signal: AbortSignal): Promise<Reply> {
    const { client, module } = await (this.client ??= this.open());
    try {
      const { data, response } = await client.chat.completions
        .create(this.body(request), { signal })
        .withResponse();
      return this.reply(data, response.headers);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ProviderFailure ? error : this.failure(error, module);
    }
  }

  /** Loaded on first use: most commands ask no judge. */
  private async open() {
    const module = await import("openai");
    const { key, baseURL } = this.options;
    const client = new module.OpenAI({
      // Everything that the client would otherwise take from the environment is said, so that nothing else has a say.
      apiKey: key ?? "none",
      baseURL,
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      logLevel: "off",
      // Retries are ours: the cap on costs counts every call.
      maxRetries: 0,
      fetch: boundedFetch(),
      ...(key === null && { defaultHeaders: { Authorization: null } }),
    });
    return { client, module };
  }

  private body({ system, user, schema }: JudgeRequest): OpenAI.ChatCompletionCreateParamsNonStreaming {
    const { model, temperature, maxOutputTokens, maxTokensField, structuredOutput } = this.options;
    return {
      model,
      messages: [
        { role: "system", content: system },
        { role: "user", content: user },
      ],
      [maxTokensField]: maxOutputTokens,
      ...(temperature !== null && { temperature }),
      ...(structuredOutput === "schema" && {
        response_format: { type: "json_schema", json_schema: { name: "verdict", strict: true, schema } },
      }),
      ...(structuredOutput === "json" && { response_format: { type: "json_object" } }),
    };
  }

  private reply(data: unknown, headers: Headers): Reply {
    const parsed = completionSchema.safeParse(data);
    if (!parsed.success) {
      throw new ProviderFailure("the response is no chat completion", "transient", 200, null);
    }
    const { choices, model, usage } = parsed.data;
    const { message, finish_reason } = choices[0]!;
    const filtered = finish_reason === "content_filter" ? "the provider's content filter" : null;
    const refusal = message.refusal ?? filtered;
    return {
      text: this.redact(message.content ?? ""),
      refusal: refusal === null ? null : this.redact(refusal),
      isCut: finish_reason === "length",
      model: typeof model === "string" && model !== "" ? this.redact(model) : null,
      usage: usage ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } : null,
      wait: waitOf(headers, this.clock.now()),
    };
  }

  private failure(error: unknown, { APIError }: typeof import("openai")): ProviderFailure {
    const reason = this.redact(reasonOf(error));
    if (error instanceof APIError && typeof error.status === "number") {
      const status: number = error.status;
      const headers = (error.headers as Headers | undefined) ?? new Headers();
      const kind = failureOfStatus(status, error.code ?? null);
      // The client puts the status in front.
      const text = reason.replace(new RegExp(`^${status} `), "");
      return new ProviderFailure(text, kind, status, waitOf(headers, this.clock.now()));
    }
    return new ProviderFailure(reason, "transient", null, null);
  }
}

/** The innermost message says most: the client's own is `Connection error.` */
export function reasonOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  const text = innermost instanceof Error ? innermost.message : String(innermost);
  return text === "" && innermost instanceof Error ? innermost.name : text;
}
