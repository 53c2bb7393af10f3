import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Refused } from "./refused.js";

/**
 * Lets in the browser that was given the address with the token, and no page of another origin that runs in it.
 *
 * - The Host header must name this machine's loopback: a foreign name that resolves to 127.0.0.1 (DNS rebinding) is
 *   refused.
 * - The Origin header, if there, must be this server's own, and must be there on everything that is no plain reading
 *   (CSRF). Sec-Fetch-Site catches what carries no Origin; pages of other ports of this machine are "same-site" and
 *   refused too. Only following a link to here is left, which shows its page nothing.
 * - The token of the address is turned into a cookie that scripts cannot read and other sites cannot send.
 */
export class Guard {
  private readonly token = randomBytes(32).toString("base64url");
  private readonly secret = randomBytes(32).toString("base64url");

  constructor(private readonly port: number) {}

  /** With the token. */
  get address(): string {
    return `http://127.0.0.1:${this.port}/?token=${this.token}`;
  }

  get cookie(): string {
    return `${this.cookieName}=${this.secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /**
   * Checks where a request comes from, before anything else of it is looked at.
   * @throws Refused
   */
  checkOrigin({ method, headers }: IncomingMessage): void {
    const { host, origin } = headers;
    if (host !== `127.0.0.1:${this.port}` && host !== `localhost:${this.port}`)
      throw new Refused(421, "This server does not answer to that name.");
    const isReading = method === "GET" || method === "HEAD";
    if (origin === undefined ? !isReading : origin !== `http://${host}`)
      throw new Refused(403, "Requests of other pages are refused.");
    const site = headers["sec-fetch-site"] ?? "none";
    const isLink = isReading && headers["sec-fetch-mode"] === "navigate";
    if (site !== "same-origin" && site !== "none" && !isLink)
      throw new Refused(403, "Requests of other pages are refused.");
  }

  isToken(text: string | null): boolean {
    return text !== null && isEqual(text, this.token);
  }

  /** @throws Refused without the cookie */
  checkCookie({ headers }: IncomingMessage): void {
    const cookies = (headers.cookie ?? "").split(";").map((cookie) => cookie.trim());
    if (!cookies.some((cookie) => isEqual(cookie, `${this.cookieName}=${this.secret}`)))
      throw new Refused(401, "Open the address that rarl-sdk rate printed last.");
  }

  /** Cookies do not tell ports apart, names do. */
  private get cookieName(): string {
    return `rarl_rate_${this.port}`;
  }
}

/** In a time that does not tell how much of it is right. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
