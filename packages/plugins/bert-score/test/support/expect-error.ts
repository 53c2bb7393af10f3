import { isRarlError, type ErrorCode, type RarlError } from "@rarl-sdk/core";
import { expect } from "chai";

/** The error of the catalogue that `work` ends with, thrown at once or later. */
export async function expectError(code: ErrorCode, work: () => unknown): Promise<RarlError> {
  try {
    await work();
  } catch (error) {
    if (!isRarlError(error)) throw error;
    expect(error.code).to.equal(code);
    return error;
  }
  throw new Error(`it went well instead of failing with ${code}`);
}
