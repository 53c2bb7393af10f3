import type { RunData } from "./run-data.js";

/** What a run was made with, as pairs of a name and a text. */
export function runFacts({ directory, record }: RunData): readonly (readonly [string, string])[] {
  if (record === null) return [["Folder", directory]];
  const { engine, parameters, fingerprints } = record;
  return [
    ["Folder", directory],
    ["Status", `${record.status}, step ${record.lastStep} of ${record.totalSteps}`],
    ...(record.error === null ? [] : [["Error", `${record.error.code}: ${record.error.message}`] as const]),
    ["Started", record.startedAt],
    ["Ended", record.endedAt ?? "–"],
    ["Seed", String(record.seed)],
    ["SDK", `${record.sdk}, Node ${record.node}, ${record.platform}`],
    ["Engine", engine === null ? "–" : `${engine.name} ${engine.version}, ${engine.device}`],
    [
      "Parameters",
      parameters === null
        ? "–"
        : `${parameters.trainable.toLocaleString("en")} trainable of ${parameters.total.toLocaleString("en")}`,
    ],
    ["Plugins", record.plugins.join(", ")],
    ...(record.similarities.length === 0
      ? []
      : [["Text similarity", record.similarities.join(", ")] as const]),
    ["Checkpoint", fingerprints.checkpoint ?? "–"],
    ...Object.entries(fingerprints.data).map(([role, hash]) => [`Data, ${role}`, hash] as const),
  ];
}
