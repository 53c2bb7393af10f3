/** A reference answer as text: releases write numbers as numbers. Null when there is none. */
export function answerText(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string" || value.trim() === "") return null;
  return value.trim();
}

/** Whether a record leaves its answer out: no field, null, or blank text. Another type is a wrong field instead. */
export function isAnswerMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** A record's id for messages before it is known to be valid. */
export function idForMessages(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
