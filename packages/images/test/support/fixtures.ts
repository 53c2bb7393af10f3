import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRarlError, type RarlError } from "@rarl-sdk/core";

export function fixture(name: string): string {
  return join(import.meta.dirname, "../fixtures", name);
}

export async function readFixture<Content>(name: string): Promise<Content> {
  return JSON.parse(await readFile(fixture(name), "utf8")) as Content;
}

/** The catalogue error that `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<RarlError> {
  try {
    await promise;
  } catch (error) {
    if (isRarlError(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
