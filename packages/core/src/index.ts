import "reflect-metadata";

export type * from "./contracts/index.js";
export { errorCatalogue, RarlError, rarlError, type ErrorCode } from "./errors/rarl-error.js";
export { didYouMean } from "./errors/did-you-mean.js";
export { exitCodes, type ErrorKind } from "./errors/entry.js";
export { errorReference } from "./errors/error-reference.js";
export { describeError, explainError, type ErrorExplanation } from "./errors/explain-error.js";
export { formatError } from "./errors/format-error.js";
export { isRarlError, toRarlError } from "./errors/to-rarl-error.js";
export { writeFileAtomic } from "./files/atomic.js";
export { hookNames } from "./hooks/hook-names.js";
export type { SlowTap, SlowTapWatch } from "./hooks/slow-taps.js";
export { traceHooks } from "./hooks/trace-hooks.js";
export { createRunHooks, type HookName, type RunHooks } from "./hooks/run-hooks.js";
export type * from "./hooks/run-hooks.js";
export { philox4x32, randomStream, restoreRandomStream } from "./random/philox.js";
export type { RandomState, RandomStream } from "./random/random-stream.js";
export { chosenOption } from "./text/chosen-option.js";
export { normalizeAnswer } from "./text/normalize-answer.js";
export { sameAnswer } from "./text/same-answer.js";
export { parseCompletion, type FormatLevel, type ParsedCompletion } from "./text/parse-completion.js";
export * from "./kernel/define-plugin.js";
export { tokens } from "./kernel/tokens.js";
export { inject, injectable } from "tsyringe";
export * from "./config/index.js";
export type { ComponentFactory } from "./kernel/component-factory.js";
export type * from "./kernel/kernel.js";
export { componentKinds, componentKindNames } from "./kernel/component-kinds.js";
export { createKernel, type KernelRequest } from "./kernel/create-kernel.js";
export { locatePlugin, type LocatedPlugin } from "./kernel/locate-plugin.js";
export type { PluginMetadata } from "./kernel/plugin-metadata.js";
export { runTraining } from "./run/run.js";
export type { RunRequest, RunSignals } from "./run/run-request.js";
export { readRunRecord, type RunRecord } from "./run/run-record.js";
export { corePlugin } from "./run/core-plugin.js";
export { compareReports, type ComparisonRow } from "./evaluation/compare-reports.js";
export { completionHash } from "./evaluation/records/completion-hash.js";
export { predictionRecordSchema, type PredictionRecord } from "./evaluation/records/prediction-record.js";
export { ratingRecordSchema, type RatingRecord } from "./evaluation/records/rating-record.js";
export { verdictRecordSchema, type VerdictRecord } from "./evaluation/records/verdict-record.js";
export {
  readPredictions,
  readRatings,
  readVerdicts,
  readVerdictsOf,
  verdictsFile,
  sampleOfPrediction,
} from "./evaluation/records/read-records.js";
export { judgeEvaluation, type Judging, type JudgingRequest } from "./evaluation/judge-evaluation.js";
export { untaggedAnswer } from "./evaluation/untagged-answer.js";
export {
  runEvaluations,
  type EvaluationsRequest,
  type FinishedEvaluation,
  type PlannedEvaluation,
} from "./evaluation/run-evaluations.js";
export { readEvaluationRecord, type EvaluationRecord } from "./evaluation/evaluation-record.js";
export { agreements, type Agreement } from "./evaluation/analysis/agreement.js";
export { compareEvaluations, type Comparison } from "./evaluation/analysis/comparison.js";
export {
  readEvaluation,
  type EvaluationData,
  type Grade,
  type Grader,
} from "./evaluation/analysis/evaluation-data.js";
export { figureGroups, type Figure, type FigureGroup } from "./evaluation/analysis/figures.js";
export { lengthCorrelations, type LengthCorrelation } from "./evaluation/analysis/length-correlation.js";
export * from "./report/format-figure.js";
export { reportMarkdown } from "./report/report-markdown.js";
export { reportPage, type ReportOptions } from "./report/page/report-page.js";
export { comparisonPage } from "./report/page/comparison-page.js";
export type { ReadThumbnail } from "./report/page/sample-markup.js";
export { readRun, type RunData } from "./report/run-data.js";
export { comparisonTables } from "./report/tables/comparison-tables.js";
export { renderMarkdownTable } from "./report/tables/render-markdown.js";
export type { ReportRow, ReportTable } from "./report/tables/report-table.js";
export { readReport } from "./evaluation/report-files.js";
export { answerMatches } from "./evaluation/answer-match.js";
export { readJsonl, type JsonlRecord } from "./files/jsonl-reader.js";
export { JsonlWriter } from "./files/jsonl-writer.js";
export { lockFolder, type FolderLock } from "./files/folder-lock.js";
export { writeDirectoryAtomic } from "./files/atomic-directory.js";
export { span, startSpan } from "./profile/span.js";
export { RunProfile, type ProfileRow } from "./profile/run-profile.js";
export { learningRateAt } from "./schedule/learning-rate.js";
export { countRecords } from "./run/count-records.js";
