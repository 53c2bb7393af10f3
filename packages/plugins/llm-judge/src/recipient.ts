import type { DataRecipient } from "@rarl-sdk/core";

/** Whether an address stays on this machine. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** What a judge at that address is sent; null when it is on this machine. Images are never sent. */
export function recipientOf(address: string): DataRecipient | null {
  if (isLoopback(address)) return null;
  const texts = "questions, reference answers, annotated reasoning and completions as text (no images)";
  return { address, what: address.startsWith("http:") ? `${texts}, UNENCRYPTED` : texts };
}
