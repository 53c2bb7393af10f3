import type { GenerateContentParameters, GoogleGenAI } from "@google/genai";
import { z } from "zod";
import type { Clock } from "../asking/clock.js";
import { boundedFetch, type SeenResponse } from "./bounded-fetch.js";
import { failureOfStatus } from "./failure-of-status.js";
import { reasonOf } from "./openai-provider.js";
import { ProviderFailure, type JudgeRequest, type Provider, type Reply } from "./provider.js";
import { retryDelayOf, waitOf } from "./rate-limits.js";

export interface GeminiProviderOptions {
  readonly model: string;
  readonly baseURL: string;
  readonly key: string;
  /** Null leaves it to the endpoint. */
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
}

const responseSchema = z.object({
  modelVersion: z.string().optional(),
  promptFeedback: z.object({ blockReason: z.string().optional() }).optional(),
  candidates: z
    .array(
      z.object({
        finishReason: z.string().optional(),
        content: z
          .object({
            parts: z
              .array(z.object({ text: z.string().optional(), thought: z.boolean().optional() }))
              .optional(),
          })
          .optional(),
      }),
    )
    .optional(),
  usageMetadata: z
    .object({
      promptTokenCount: z.int().min(0),
      candidatesTokenCount: z.int().min(0).default(0),
      thoughtsTokenCount: z.int().min(0).default(0),
    })
    .optional()
    .catch(undefined),
});

const refusing = new Set(["SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"]);

/** Google's Gemini API, through Google's own client. */
export class GeminiProvider implements Provider {
  readonly endpoint: string;
  private client: Promise<GoogleGenAI> | null = null;

  constructor(
    private readonly options: GeminiProviderOptions,
    private readonly clock: Clock,
    private readonly redact: (text: string) => string,
  ) {
    this.endpoint = options.baseURL;
  }

  async ask(request: JudgeRequest, signal: AbortSignal): Promise<Reply> {
    const client = await (this.client ??= this.open());
    // The client's errors carry no headers, which say how long to wait.
    let seen: SeenResponse | null = null;
    const fetch = boundedFetch((response) => (seen = response));
    try {
      const data = await client.models.generateContent(this.parameters(request, signal, fetch));
      return this.reply(data, seen);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ProviderFailure ? error : this.failure(error, seen);
    }
  }

  /** Loaded on first use: most commands ask no judge. */
  private async open(): Promise<GoogleGenAI> {
    const { GoogleGenAI } = await import("@google/genai");
    const { key, baseURL } = this.options;
    // Everything that the client would otherwise take from the environment is said. No retryOptions: retries are ours.
    return new GoogleGenAI({ apiKey: key, vertexai: false, httpOptions: { baseUrl: baseURL } });
  }

  private parameters(
    { system, user, schema }: JudgeRequest,
    signal: AbortSignal,
    fetch: typeof globalThis.fetch,
  ): GenerateContentParameters {
    const { model, temperature, maxOutputTokens } = this.options;
    return {
      model,
      contents: [{ role: "user", parts: [{ text: user }] }],
      config: {
        systemInstruction: system,
        maxOutputTokens,
        ...(temperature !== null && { temperature }),
        responseMimeType: "application/json",
        responseJsonSchema: schema,
        abortSignal: signal,
        httpOptions: { fetch },
      },
    };
  }

  private reply(data: unknown, seen: SeenResponse | null): Reply {
    const parsed = responseSchema.safeParse(data);
    const candidate = parsed.data?.candidates?.[0];
    const blocked = parsed.data?.promptFeedback?.blockReason;
    if (!parsed.success || (candidate === undefined && blocked === undefined)) {
      throw new ProviderFailure("the response is no generated content", "transient", 200, null);
    }
    const { modelVersion, usageMetadata: usage } = parsed.data;
    const reason = candidate?.finishReason ?? "";
    const parts = candidate?.content?.parts ?? [];
    const text = parts.flatMap((part) => (part.thought === true ? [] : [part.text ?? ""])).join("");
    return {
      text: this.redact(text),
      refusal: blocked ?? (refusing.has(reason) ? reason : null),
      isCut: reason === "MAX_TOKENS",
      model: modelVersion === undefined ? null : this.redact(modelVersion),
      usage: usage
        ? {
            inputTokens: usage.promptTokenCount,
            outputTokens: usage.candidatesTokenCount + usage.thoughtsTokenCount,
          }
        : null,
      wait: seen === null ? null : waitOf(seen.headers, this.clock.now()),
    };
  }

  private failure(error: unknown, seen: SeenResponse | null): ProviderFailure {
    const body = errorBody(error);
    const reason = this.redact(body?.message ?? reasonOf(error));
    if (seen === null) return new ProviderFailure(reason, "transient", null, null);
    if (seen.status < 300) return new ProviderFailure(reason, "transient", seen.status, null);
    // A wrong key is a 400 of its own kind here.
    const isKeyError = body?.whole.includes("API_KEY_INVALID") === true;
    const kind = isKeyError ? "fatal" : failureOfStatus(seen.status, null);
    const wait = waitOf(seen.headers, this.clock.now()) ?? retryDelayOf(body?.json);
    return new ProviderFailure(reason, kind, seen.status, wait);
  }
}

/** The client puts the response's body as JSON into the error's message. */
function errorBody(
  error: unknown,
): { readonly json: unknown; readonly message: string; readonly whole: string } | null {
  if (!(error instanceof Error)) return null;
  try {
    const json: unknown = JSON.parse(error.message);
    const parsed = z.object({ error: z.object({ message: z.string() }) }).safeParse(json);
    return { json, message: parsed.data?.error.message ?? error.message, whole: error.message };
  } catch {
    return null;
  }
}
