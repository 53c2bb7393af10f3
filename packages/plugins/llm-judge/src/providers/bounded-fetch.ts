/** A judge's answer is a sentence and two digits; what is much longer comes from something else. */
const maximumBytes = 4 * 1024 * 1024;

/** What was seen of a response before a client made something else of it. */
export interface SeenResponse {
  readonly status: number;
  readonly headers: Headers;
}

/**
 * A `fetch` that follows no redirects, which would take the text of patients to another machine; reads the body whole,
 * so that the caller's signal ends slow answers too; and stops at 4 MiB.
 */
export function boundedFetch(
  onResponse: (response: SeenResponse) => void = () => undefined,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    const { status, statusText, headers } = response;
    const body = response.body === null ? null : await readWhole(response.body);
    onResponse({ status, headers });
    const kept = new Headers(headers);
    // The body has been decoded.
    for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
    return new Response(body, { status, statusText, headers: kept });
  };
}

async function readWhole(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maximumBytes) throw new Error(`the answer is longer than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
