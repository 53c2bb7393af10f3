import { isRarlError, type ErrorCode, type RarlError } from "@rarl-sdk/core";
import { expect } from "chai";

/** Expects `action` to fail with an error of the catalogue, and returns it. */
export async function expectError(code: ErrorCode, action: () => Promise<unknown>): Promise<RarlError> {
  try {
    await action();
  } catch (error) {
    if (!isRarlError(error)) throw error;
    expect(error.code).to.equal(code);
    return error;
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}
