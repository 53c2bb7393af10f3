import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { JudgeServer } from "./judge-server.js";

/** A server of its own for every test of the suite. */
export function withServer(): { readonly server: JudgeServer } {
  let server: JudgeServer;
  beforeEach(async () => {
    server = await JudgeServer.start();
  });
  afterEach(() => server.stop());
  return {
    get server() {
      return server;
    },
  };
}

export async function withTemporaryDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), "llm-judge-"));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
