import type { Decision, RatedImage, RatedItem, Rating, RaterState, SessionInfo } from "./protocol.js";
import type { RatingStore } from "./rating-store.js";

/** Keeps everything with the local server that sent the page. */
export class ServerStore implements RatingStore {
  readonly handIn = null;

  info(): Promise<SessionInfo> {
    return ask("GET", "/api/session");
  }

  open(rater: string): Promise<RaterState> {
    return ask("POST", "/api/raters", { rater });
  }

  item(id: string): Promise<RatedItem> {
    return ask("GET", `/api/items/${id}`);
  }

  async image({ name }: RatedImage): Promise<Blob> {
    const response = await reach(`/api/images/${name}`, {});
    return response.blob();
  }

  save(rater: string, decision: Decision): Promise<Rating> {
    return ask("POST", "/api/ratings", { rater, ...decision });
  }

  async withdraw(rater: string, item: string): Promise<void> {
    await ask("POST", "/api/withdrawals", { rater, item });
  }
}

async function ask<Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> {
  const request: RequestInit = { method };
  if (body !== undefined) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  const response = await reach(path, request);
  return (await response.json()) as Answer;
}

/** @throws Error that says what the rater can do */
async function reach(path: string, request: RequestInit): Promise<Response> {
  const response = await fetch(path, { ...request, cache: "no-store" }).catch(() => {
    throw new Error("The rating server does not answer. Start rarl-sdk rate again, then try again.");
  });
  if (response.ok) return response;
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(error ?? `The rating server answered ${response.status}.`);
}
