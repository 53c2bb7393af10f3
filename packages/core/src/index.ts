import "reflect-metadata";

export type * from "./contracts/index.js";
export { errorCatalogue, RarlError, rarlError, type ErrorCode } from "./errors/rarl-error.js";
export { exitCodes, type ErrorKind } from "./errors/entry.js";
export { writeFileAtomic } from "./files/atomic.js";
export { createRunHooks, type HookName, type RunHooks } from "./hooks/run-hooks.js";
export type * from "./hooks/run-hooks.js";
export { philox4x32, randomStream, restoreRandomStream } from "./random/philox.js";
export type { RandomState, RandomStream } from "./random/random-stream.js";
export { normalizeAnswer } from "./text/normalize-answer.js";
export { parseCompletion, type FormatLevel, type ParsedCompletion } from "./text/parse-completion.js";
export * from "./kernel/define-plugin.js";
export { tokens } from "./kernel/tokens.js";
export { inject, injectable } from "tsyringe";
export type * from "./config/run-config.js";
export type * from "./kernel/kernel.js";
