/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

export type Vendor = "openai" | "gemini";

/**
 * List prices of the vendors' own endpoints as of mid 2025 (openai.com/api/pricing, ai.google.dev/pricing), for
 * standard calls of up to 128k tokens. They change: `price` in the configuration goes before them.
 */
const listPrices: Readonly<Record<Vendor, Readonly<Record<string, Price>>>> = {
  openai: {
    "gpt-4o-mini": { input: 0.15, output: 0.6 },
    "gpt-4o": { input: 2.5, output: 10 },
    "gpt-4.1": { input: 2, output: 8 },
    "gpt-4.1-mini": { input: 0.4, output: 1.6 },
    "gpt-4.1-nano": { input: 0.1, output: 0.4 },
  },
  gemini: {
    "gemini-1.5-flash": { input: 0.075, output: 0.3 },
    "gemini-2.0-flash": { input: 0.1, output: 0.4 },
    "gemini-2.5-flash": { input: 0.3, output: 2.5 },
    "gemini-2.5-flash-lite": { input: 0.1, output: 0.4 },
    "gemini-2.5-pro": { input: 1.25, output: 10 },
  },
};

/** The list price of a model, its dated and numbered versions included; null for one that is not known. */
export function listPrice(vendor: Vendor, model: string): Price | null {
  const name = model.replace(/^models\//, "").replace(/-(\d{4}-\d{2}-\d{2}|\d{3})$/, "");
  return listPrices[vendor][name] ?? null;
}

/** Dollars for so many tokens. */
export function costOf({ input, output }: Price, inputTokens: number, outputTokens: number): number {
  return (input * inputTokens + output * outputTokens) / 1e6;
}
