import { createHash } from "node:crypto";

/** What ties a verdict or rating to the completion it is about: SHA-256 of its text in UTF-8, hex. */
export function completionHash(completion: string): string {
  return createHash("sha256").update(completion).digest("hex");
}
