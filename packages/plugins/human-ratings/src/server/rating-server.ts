import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { rarlError } from "@rarl-sdk/core";
import { ImageShelf } from "../image-shelf.js";
import { pageAssets } from "../page-assets.js";
import type { RatingLog } from "../rating-log.js";
import type { RatingSession } from "../rating-session.js";
import { answer } from "./answer.js";
import { RatingApi } from "./api.js";
import { Guard } from "./guard.js";

export interface ServerRequest {
  readonly session: RatingSession;
  readonly log: RatingLog;
  /** 0 takes a free one. */
  readonly port: number;
  /** The one rater that is let in; null lets the page ask for a name. */
  readonly rater: string | null;
}

export interface RatingServer {
  /** With the token that lets a browser in. */
  readonly address: string;
  readonly port: number;
  /** Ends every connection. Closing the log waits for what is being written. */
  close(): Promise<void>;
}

/**
 * Serves the rating page on this machine's loopback alone.
 * @throws RarlError `PORT_UNAVAILABLE`
 */
export async function startRatingServer({ session, log, port, rater }: ServerRequest): Promise<RatingServer> {
  const assets = await pageAssets();
  const api = new RatingApi(session, log, new ImageShelf(session), rater);
  const server = createServer();
  const taken = await listen(server, port);
  const guard = new Guard(taken);
  server.on("request", (request, response) => {
    void answer(request, response, { guard, api, assets });
  });
  return {
    address: guard.address,
    port: taken,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(rarlError("PORT_UNAVAILABLE", { port, reason: error.message }, { cause: error }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}
