import { expect } from "chai";
import { RarlError, type ErrorCode } from "@rarl-sdk/core";

/** The catalogue error that `work` must end with. */
export async function expectError(code: ErrorCode, work: Promise<unknown>): Promise<RarlError> {
  const outcome = await work.then(
    () => "no error",
    (error: unknown) => error,
  );
  expect(outcome, String((outcome as Error | undefined)?.stack)).to.be.instanceOf(RarlError);
  const error = outcome as RarlError;
  expect(error.code, error.message).to.equal(code);
  return error;
}
