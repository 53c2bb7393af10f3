import { lockFolder, type FolderLock } from "@rarl-sdk/core";
import { importRatings, readHandedIn, type ImportResult } from "./import-ratings.js";
import { RatingLog } from "./rating-log.js";
import { openSession, type RatingSession, type SessionRequest } from "./rating-session.js";
import { startRatingServer } from "./server/rating-server.js";

/** How far a rater is. */
export interface RaterSummary {
  readonly rater: string;
  readonly rated: number;
  readonly skipped: number;
  readonly open: number;
}

export interface ServeRequest {
  readonly session: RatingSession;
  /** 0 takes a free one. */
  readonly port: number;
  /** The one rater that is let in; null lets the page ask for a name. */
  readonly rater: string | null;
  /** Called with the address that lets a browser in. */
  readonly onAddress: (address: string) => void;
  /** Serving ends when this settles. */
  readonly until: Promise<unknown>;
}

/**
 * Serves the rating page until told to end.
 * @returns how far every rater is
 * @throws RarlError `FOLDER_IN_USE`, `JSONL_INVALID`, `PORT_UNAVAILABLE`
 */
export function serveRatings(request: ServeRequest): Promise<readonly RaterSummary[]> {
  const { session, onAddress, until, ...settings } = request;
  return withLog(session, async (log) => {
    const server = await startRatingServer({ session, log, ...settings });
    try {
      onAddress(server.address);
      await until;
    } finally {
      await server.close();
    }
    return summarize(session, log);
  });
}

/**
 * Reads back files that the exported page saved, each against the predictions in `folders`. Order and choice of samples
 * are those of the file.
 * @throws RarlError `RATINGS_FILE_INVALID`, `RATINGS_OF_OTHER_PREDICTIONS`, `FOLDER_IN_USE`
 */
export async function importFiles(
  folders: SessionRequest["folders"],
  files: readonly string[],
): Promise<readonly ImportResult[]> {
  const results: ImportResult[] = [];
  for (const file of files) {
    const handedIn = await readHandedIn(file);
    const session = await openSession({ folders, seed: handedIn.seed, limit: handedIn.limit });
    results.push(await withLog(session, (log) => importRatings(handedIn, session, log)));
  }
  return results;
}

function summarize({ items }: RatingSession, log: RatingLog): readonly RaterSummary[] {
  return [...log.all].map(([rater, ratings]) => {
    const skipped = [...ratings.values()].filter(({ state }) => state === "skipped").length;
    return { rater, rated: ratings.size - skipped, skipped, open: items.size - ratings.size };
  });
}

/** Opens the ratings of a session for writing, with no other process at them. */
async function withLog<Value>(
  session: RatingSession,
  work: (log: RatingLog) => Promise<Value>,
): Promise<Value> {
  const locks: FolderLock[] = [];
  try {
    for (const folder of session.folders) locks.push(await lockFolder(folder, "rate"));
    const log = await RatingLog.open(session);
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  } finally {
    for (const lock of locks) await lock.release();
  }
}
