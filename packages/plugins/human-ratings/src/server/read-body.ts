import type { IncomingMessage } from "node:http";
import { Refused } from "./refused.js";

const largestBody = 64 * 1024;

/**
 * The JSON body of a request.
 * @throws Refused when it is not JSON or too large
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const type = request.headers["content-type"]?.split(";")[0]?.trim();
  if (type !== "application/json") throw new Refused(415, "Only JSON is taken.");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Refused(413, "That is too long.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refused(400, "That is not JSON.");
  }
}
