/** Why a parquet file is refused; the file reader adds where. */
export class ParquetProblem extends Error {}

/** What a decoder says in one short line, or null when it only stumbled. It may quote the file. */
export function decoderReason(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return null;
  return error.message.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 200);
}
