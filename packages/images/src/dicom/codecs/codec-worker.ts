// The thread that decodes what a damaged stream could keep a codec busy with for ever; `decode-apart.ts` talks to it.
import { readlinkSync } from "node:fs";
import path from "node:path";
import { parentPort } from "node:worker_threads";
import { DicomProblem } from "../dicom-problem.js";
import type { CodecReply, CodecRequest } from "./decode-apart.js";
import { decodeJpeg2000, jpeg2000Codec } from "./jpeg-2000.js";
import { decodeJpegLossless } from "./jpeg-lossless.js";
import { decodeJpegLs, jpegLsCodec } from "./jpeg-ls.js";

const codecs = {
  "jpeg-2000": { load: () => jpeg2000Codec.load(), decode: decodeJpeg2000 },
  "jpeg-lossless": { load: () => undefined, decode: decodeJpegLossless },
  "jpeg-ls": { load: () => jpegLsCodec.load(), decode: decodeJpegLs },
};

/** The system's number of this thread, by which its processor time can be read; null where it has no /proc. */
function systemThread(): string | null {
  try {
    return path.basename(readlinkSync("/proc/thread-self"));
  } catch {
    return null;
  }
}

const thread = systemThread();
const port = parentPort!;

async function answer({ coding, bytes, image }: CodecRequest): Promise<void> {
  const reply = (message: CodecReply, transfer: readonly ArrayBuffer[] = []) => {
    port.postMessage(message, transfer);
  };
  const { load, decode } = codecs[coding];
  await load();
  reply({ kind: "begun", thread });
  try {
    const values = await decode(bytes, image);
    reply({ kind: "values", values }, [values.buffer as ArrayBuffer]);
  } catch (error) {
    if (!(error instanceof DicomProblem)) throw error;
    reply({ kind: "problem", message: error.message });
  }
}

port.on("message", (request: CodecRequest) => void answer(request));
