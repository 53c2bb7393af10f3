import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { DicomProblem } from "../dicom-problem.js";
import type { ImageAttributes } from "../image-attributes.js";
import type { StoredValues } from "../stored-values.js";
import { threadMilliseconds } from "./thread-clock.js";

/** Pixel data for a codec that is not ours and whose time nothing in the stream bounds. */
export interface CodecRequest {
  readonly coding: "jpeg-2000" | "jpeg-lossless" | "jpeg-ls";
  readonly bytes: Uint8Array;
  readonly image: ImageAttributes;
}

export type CodecReply =
  | { readonly kind: "begun"; readonly thread: string | null }
  | { readonly kind: "values"; readonly values: StoredValues }
  | { readonly kind: "problem"; readonly message: string };

/** Milliseconds that a codec may work, and those for each sample beside: about ten times what a sound image takes. */
const BASE_BUDGET = 250;
const SAMPLE_BUDGET = 0.002;

let running: Worker | null = null;
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Decodes in a thread of its own, one image after another, and ends the thread when an image takes longer than any
 * sound one does. The thread is started when it is first needed and keeps no process alive.
 * @throws DicomProblem
 */
export async function decodeApart(request: CodecRequest): Promise<StoredValues> {
  const turn = lastTurn.then(() => decode(request));
  lastTurn = turn.catch(() => undefined);
  return turn;
}

async function decode({ coding, bytes, image }: CodecRequest): Promise<StoredValues> {
  running ??= startWorker();
  const worker = running;
  worker.ref();
  try {
    const samples = image.rows * image.columns * image.samplesPerPixel;
    const answer = reply(worker, BASE_BUDGET + SAMPLE_BUDGET * samples);
    // A copy, since the view may be a small part of a file.
    const copy = Uint8Array.from(bytes);
    worker.postMessage({ coding, bytes: copy, image } satisfies CodecRequest, [copy.buffer]);
    return await answer;
  } finally {
    worker.unref();
  }
}

function startWorker(): Worker {
  const worker = loadWorker();
  const forget = () => {
    if (running === worker) running = null;
  };
  worker.once("error", forget);
  worker.once("exit", forget);
  return worker;
}

function loadWorker(): Worker {
  const extension = path.extname(import.meta.url);
  const file = new URL(`./codec-worker${extension}`, import.meta.url);
  if (extension === ".js") return new Worker(file);
  // Where the sources themselves are run: Node 20 gives a worker none of the loaders of its parent.
  const modules = [createRequire(import.meta.url).resolve("tsx/cjs"), fileURLToPath(file)];
  const code = modules.map((module) => `require(${JSON.stringify(module)});`);
  return new Worker(code.join("\n"), { eval: true });
}

/** The worker's next values; the worker is ended when it works beyond `budget` milliseconds. */
function reply(worker: Worker, budget: number): Promise<StoredValues> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isSettled = false;
    const settle = (act: () => void): void => {
      isSettled = true;
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    const watch = (thread: string | null, since: number, left: number): void => {
      timer = setTimeout(() => {
        // What the thread has said meanwhile is heard first: this one may have been held up itself.
        setImmediate(() => {
          if (isSettled) return;
          const rest = budget - (threadMilliseconds(thread) - since);
          if (rest > 0) watch(thread, since, Math.max(rest, 1));
          else settle(stop);
        });
      }, left);
    };
    const stop = (): void => {
      running = null;
      void worker.terminate();
      reject(
        new DicomProblem("its compressed pixel data are damaged: they keep the decoder busy without end"),
      );
    };
    const onMessage = (message: CodecReply): void => {
      if (message.kind === "begun") watch(message.thread, threadMilliseconds(message.thread), budget);
      else if (message.kind === "values")
        settle(() => {
          resolve(message.values);
        });
      else
        settle(() => {
          reject(new DicomProblem(message.message));
        });
    };
    const onError = (error: Error): void => {
      const ranOut = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      settle(() => {
        reject(ranOut ? new DicomProblem("its compressed pixel data need more memory than there is") : error);
      });
    };
    const onExit = (): void => {
      onError(new Error("the decoder's thread has ended"));
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}
