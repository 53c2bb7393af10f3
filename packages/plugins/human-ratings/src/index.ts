export { exportPage, type ExportRequest } from "./export-page.js";
export { importRatings, readHandedIn, type HandedIn, type ImportResult } from "./import-ratings.js";
export type { Decision, Rating, Score } from "./page/protocol.js";
export { importFiles, serveRatings, type RaterSummary, type ServeRequest } from "./rate.js";
export { raterName } from "./rater-name.js";
export { RatingLog } from "./rating-log.js";
export { openSession, type RatingSession, type SessionItem, type SessionRequest } from "./rating-session.js";
export { startRatingServer, type RatingServer, type ServerRequest } from "./server/rating-server.js";
