import type { IncomingMessage, ServerResponse } from "node:http";
import { isRarlError } from "@rarl-sdk/core";
import type { PageAssets } from "../page-assets.js";
import { pageHtml } from "../page-html.js";
import type { RatingApi } from "./api.js";
import type { Guard } from "./guard.js";
import { readBody } from "./read-body.js";
import { Refused } from "./refused.js";

/** No other page may embed or read this one, and nothing but its own script runs in it. */
const securityHeaders = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-store",
} as const;

const html = "text/html; charset=utf-8";
const servedPage = pageHtml(
  '<link rel="stylesheet" href="/page.css">\n<script defer src="/page.js"></script>',
);
/** Goes on from this origin itself: a redirect of a link on another site would come without the strict cookie. */
const entrance = pageHtml('<meta http-equiv="refresh" content="0; url=/">');

/** What answers need. */
export interface Serving {
  readonly guard: Guard;
  readonly api: RatingApi;
  readonly assets: PageAssets;
}

/** Answers one request; whatever goes wrong becomes a status and a sentence. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  try {
    await route(request, response, serving);
  } catch (error) {
    sendError(response, error);
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  { guard, api, assets }: Serving,
): Promise<void> {
  guard.checkOrigin(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const asked = `${request.method ?? ""} ${pathname}`;
  if (asked === "GET /" && guard.isToken(searchParams.get("token"))) {
    response.setHeader("Set-Cookie", guard.cookie);
    send(response, html, entrance);
    return;
  }
  guard.checkCookie(request);
  const [, resource, name = ""] = /^GET \/api\/(items|images)\/(\d{1,9})$/.exec(asked) ?? [];
  if (resource === "items") {
    sendJson(response, await api.item(name));
    return;
  }
  if (resource === "images") {
    const { bytes, type } = await api.image(name);
    send(response, type, bytes);
    return;
  }
  switch (asked) {
    case "GET /":
      send(response, html, servedPage);
      break;
    case "GET /page.js":
      send(response, "text/javascript; charset=utf-8", assets.script);
      break;
    case "GET /page.css":
      send(response, "text/css; charset=utf-8", assets.style);
      break;
    case "GET /api/session":
      sendJson(response, api.info());
      break;
    case "POST /api/raters":
      sendJson(response, api.open(await readBody(request)));
      break;
    case "POST /api/ratings":
      sendJson(response, await api.save(await readBody(request)));
      break;
    case "POST /api/withdrawals":
      sendJson(response, await api.withdraw(await readBody(request)));
      break;
    default:
      throw new Refused(404, "There is nothing here.");
  }
}

function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { "Content-Type": type }).end(body);
}

function sendJson(response: ServerResponse, value: object): void {
  send(response, "application/json; charset=utf-8", JSON.stringify(value));
}

function sendError(response: ServerResponse, error: unknown): void {
  const isUsage = isRarlError(error) && error.kind === "usage";
  const status = error instanceof Refused ? error.status : isUsage ? 400 : 500;
  const text = error instanceof Error ? error.message : String(error);
  // What of the request has not been read would be taken for the next one.
  response.setHeader("Connection", "close");
  response
    .writeHead(status, { "Content-Type": "application/json; charset=utf-8" })
    .end(JSON.stringify({ error: text }));
}
