import type { EvaluationData } from "../../evaluation/analysis/evaluation-data.js";
import { cvBenchTable } from "./cv-bench-table.js";
import { differenceTables } from "./difference-tables.js";
import { medicalTable } from "./medical-table.js";
import type { ReportTable } from "./report-table.js";

/** The paper's tables with the given evaluations, then those of the same set against each other. */
export function comparisonTables(evaluations: readonly EvaluationData[]): readonly ReportTable[] {
  const shaped = [cvBenchTable(evaluations), medicalTable(evaluations)].filter((table) => table !== null);
  return [...shaped, ...differenceTables(evaluations)];
}
