import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What the server does with one call. */
export type Behaviour =
  | { readonly do: "answer"; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly do: "refuse"; readonly reason: string }
  | {
      readonly do: "fail";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Sends half of an answer and cuts the connection. */
  | { readonly do: "cut" }
  /** Sends the first bytes of an answer and then nothing more. */
  | { readonly do: "drip" }
  /** Answers 200 with this body, whatever it is. */
  | { readonly do: "say"; readonly body: string };

/** A call as the server saw it. */
export interface Call {
  readonly protocol: "openai" | "gemini";
  /** 0 for the first call. */
  readonly number: number;
  /** The `item-…` of the question; empty when there is none. */
  readonly item: string;
  /** 0 for the first call about the item. */
  readonly attempt: number;
  readonly system: string;
  readonly user: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage["headers"];
}

/** Tokens that the server counts for every answer. */
export const usage = { input: 120, output: 30 } as const;

export function verdictText(predictionScore: number, reasoningScore: number | null = 1): string {
  const reasoning = reasoningScore === null ? {} : { reasoning_score: reasoningScore };
  return JSON.stringify({ evaluation: "Compared.", ...reasoning, prediction_score: predictionScore });
}

/** A server on the loopback interface that speaks OpenAI's chat completions and the Gemini API, as badly as asked to. */
export class JudgeServer {
  readonly calls: Call[] = [];
  /** Answers that went out whole; each of them is one that a provider would bill. */
  answered = 0;
  /** Tokens of those answers. */
  readonly billed = { input: 0, output: 0 };
  private readonly sockets = new Set<Socket>();
  private readonly attempts = new Map<string, number>();
  private openCalls = 0;
  /** The most calls that were open at a time. */
  mostOpen = 0;
  /** Called when a drip has begun. */
  onDrip: () => void = () => undefined;
  behaviour: (call: Call) => Behaviour | Promise<Behaviour> = () => ({
    do: "answer",
    text: verdictText(1),
  });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<JudgeServer> {
    const server = createServer();
    const judge = new JudgeServer(server);
    server.on("connection", (socket) => {
      judge.sockets.add(socket);
      socket.on("close", () => judge.sockets.delete(socket));
    });
    server.on("request", (request, response) => {
      void judge.serve(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return judge;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Base URL of the OpenAI protocol. */
  get openai(): string {
    return `${this.origin}/v1`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostOpen = Math.max(this.mostOpen, ++this.openCalls);
    response.on("close", () => this.openCalls--);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const call = this.record(request, JSON.parse(text || "{}") as Record<string, unknown>);
    const behaviour = await this.behaviour(call);
    switch (behaviour.do) {
      case "answer":
        this.send(response, 200, answer(call, behaviour.text), behaviour.headers);
        this.bill(usage.output);
        return;
      case "refuse":
        this.send(response, 200, refusal(call, behaviour.reason));
        this.bill(call.protocol === "gemini" ? 0 : usage.output);
        return;
      case "fail":
        this.send(
          response,
          behaviour.status,
          behaviour.body ?? { error: { message: "busy" } },
          behaviour.headers,
        );
        return;
      case "say":
        response.writeHead(200, { "content-type": "application/json" }).end(behaviour.body);
        this.bill(usage.output);
        return;
      case "cut":
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"choices": [', () => response.destroy());
        return;
      case "drip":
        response.writeHead(200, { "content-type": "application/json" });
        response.write(" ", () => {
          this.onDrip();
        });
    }
  }

  private bill(output: number): void {
    this.answered++;
    this.billed.input += usage.input;
    this.billed.output += output;
  }

  private record(request: IncomingMessage, body: Record<string, unknown>): Call {
    const isGemini = request.url!.includes(":generateContent");
    const { system, user } = isGemini ? geminiTexts(body) : openaiTexts(body);
    const item = /item-[\w-]+/.exec(user)?.[0] ?? "";
    const attempt = this.attempts.get(item) ?? 0;
    this.attempts.set(item, attempt + 1);
    const call: Call = {
      protocol: isGemini ? "gemini" : "openai",
      number: this.calls.length,
      item,
      attempt,
      system,
      user,
      body,
      headers: request.headers,
    };
    this.calls.push(call);
    return call;
  }

  private send(
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  }
}

function openaiTexts(body: Record<string, unknown>): { readonly system: string; readonly user: string } {
  const messages = (body["messages"] ?? []) as { role: string; content: string }[];
  const of = (role: string) => messages.find((message) => message.role === role)?.content ?? "";
  return { system: of("system"), user: of("user") };
}

function geminiTexts(body: Record<string, unknown>): { readonly system: string; readonly user: string } {
  const textOf = (content: unknown) =>
    ((content as { parts?: { text: string }[] } | undefined)?.parts ?? []).map(({ text }) => text).join("");
  return {
    system: textOf(body["systemInstruction"]),
    user: textOf((body["contents"] as unknown[] | undefined)?.[0]),
  };
}

function answer(call: Call, text: string): unknown {
  if (call.protocol === "gemini") {
    return {
      candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP" }],
      modelVersion: "gemini-test-001",
      usageMetadata: {
        promptTokenCount: usage.input,
        candidatesTokenCount: usage.output - 10,
        thoughtsTokenCount: 10,
      },
    };
  }
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: `${String(call.body["model"])}-2024-07-18`,
    choices: [
      { index: 0, finish_reason: "stop", message: { role: "assistant", content: text, refusal: null } },
    ],
    usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: 150 },
  };
}

function refusal(call: Call, reason: string): unknown {
  if (call.protocol === "gemini") {
    return { promptFeedback: { blockReason: reason }, usageMetadata: { promptTokenCount: usage.input } };
  }
  const message = { role: "assistant", content: null, refusal: reason };
  return {
    ...(answer(call, "") as object),
    choices: [{ index: 0, finish_reason: "stop", message }],
  };
}
