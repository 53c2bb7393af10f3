import { rarlError, type RarlError } from "@rarl-sdk/core";
import type { NativeFailure } from "../addon/native-addon.js";

/** The addon's failure as an error of the catalogue. */
export function engineFailure(thrown: unknown): RarlError {
  const failure = thrown as NativeFailure;
  const common = {
    engine: "torch",
    operation: failure.operation ?? "a command",
    shapes: failure.shapes ?? [],
  };
  return failure.outOfMemory === true
    ? rarlError("ENGINE_OUT_OF_MEMORY", { ...common, bytes: failure.bytes ?? 0 }, { cause: thrown })
    : rarlError("ENGINE_OP_FAILED", { ...common, reason: failure.message }, { cause: thrown });
}
